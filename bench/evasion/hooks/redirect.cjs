// Loaded first in every process and thread of a trick. Names of brokers lead to addresses that nobody has (TEST-NET-2), and these to
// the listener of the check; everything else that is not this machine is refused. It sits below all that a guard can patch, so that
// a trick that gets past the guard still leaves nothing.
'use strict';
const childProcess = require('node:child_process');
const dns = require('node:dns');

const { EVASION_PORT: port = '', EVASION_ENV: env = '{}' } = process.env;
/** What every process that is started gets, also from a trick that gives it an empty environment. */
const always = { ...JSON.parse(env), EVASION_PORT: port, EVASION_ENV: env };
const preload = `--require=${__filename}`;

const broker = '198.51.100.7';
const leads = (name) => /(?:^|\.)(?:koreainvestment\.com|kiwoom\.com|example\.net)\.?$/i.test(name);
const notFound = (name) => Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });

const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  const done = rest.at(-1);
  const options = typeof rest[0] === 'object' ? rest[0] : {};
  if (name === 'localhost') return lookup('127.0.0.1', ...rest);
  if (/^[\d.]+$/.test(name)) return lookup(name, ...rest);
  process.nextTick(() => {
    if (!leads(name)) done(notFound(name));
    else if (options.all) done(null, [{ address: broker, family: 4 }]);
    else done(null, broker, 4);
  });
};
dns.promises.lookup = async (name) => {
  if (!leads(name)) throw notFound(name);
  return { address: broker, family: 4 };
};
const resolve = (name, ...rest) => process.nextTick(() => rest.at(-1)(leads(name) ? null : notFound(name), [broker]));
const resolveSoon = async (name) => (leads(name) ? [broker] : Promise.reject(notFound(name)));
for (const method of ['resolve', 'resolve4', 'resolve6']) {
  dns[method] = resolve;
  dns.Resolver.prototype[method] = resolve;
  dns.promises[method] = resolveSoon;
  dns.promises.Resolver.prototype[method] = resolveSoon;
}

// process.binding hands out what node:net itself stands on.
const { TCP } = process.binding('tcp_wrap');
const { connect } = TCP.prototype;
const refused = -111; // ECONNREFUSED
TCP.prototype.connect = function (request, address, to) {
  if (address === broker) return connect.call(this, request, '127.0.0.1', Number(port));
  return address.startsWith('127.') ? connect.call(this, request, address, to) : refused;
};
TCP.prototype.connect6 = () => refused;

const withAlways = (pairs = []) => {
  const kept = pairs.filter((pair) => !Object.keys(always).some((name) => pair.startsWith(`${name}=`)));
  const own = Object.entries(always).map(([name, value]) => `${name}=${value}`);
  const options = kept.find((pair) => pair.startsWith('NODE_OPTIONS='));
  const rest = kept.filter((pair) => pair !== options);
  const before = options?.slice('NODE_OPTIONS='.length) ?? '';
  return [...rest, ...own, `NODE_OPTIONS=${before.includes(preload) ? before : `${preload} ${before}`.trim()}`];
};
const { spawn } = childProcess.ChildProcess.prototype;
childProcess.ChildProcess.prototype.spawn = function (options) {
  return spawn.call(this, { ...options, envPairs: withAlways(options.envPairs) });
};
const sync = process.binding('spawn_sync');
const { spawn: spawnSync } = sync;
sync.spawn = (options) => spawnSync({ ...options, envPairs: withAlways(options.envPairs) });

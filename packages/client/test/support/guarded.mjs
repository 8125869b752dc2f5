// Tries every way out that Node has, to the host and port it is given, and tells what came of each.
import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { connect as importedConnect } from 'node:net';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';

import { request as undiciRequest } from 'undici';

const [host, port, depth = 'deep'] = process.argv.slice(2);
const url = `http://${host}:${port}/`;

const emits = (emitter, good) =>
  new Promise((resolve, reject) => {
    emitter.once('error', reject);
    emitter.once(good, (value) => {
      (value?.destroy ?? emitter.destroy)?.call(value ?? emitter);
      resolve();
    });
  });

const ended = (child) =>
  new Promise((resolve, reject) => {
    let told = '';
    child.stdout?.on('data', (chunk) => (told += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(told));
  });

const inWorker = async () => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     fetch(${JSON.stringify(url)}).then(() => 'reached', (error) => (error.cause ?? error).code ?? String(error)).then((told) => parentPort.postMessage(told));`,
    { eval: true },
  );
  const told = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  if (told !== 'reached') throw Object.assign(new Error(told), { code: told });
};

const inChild = async (child) => {
  const { fetch: told } = JSON.parse(await ended(child));
  if (told !== 'reached') throw Object.assign(new Error(told), { code: told });
};

const self = new URL(import.meta.url).pathname;
const shallow = [host, port, 'shallow'];

const ways = {
  fetch: () => fetch(url),
  'fetch of a Request': () => fetch(new globalThis.Request(url)),
  undici: () => undiciRequest(url),
  'http.get': () => emits(http.get(url), 'response'),
  'http.request with options': () => emits(http.request({ hostname: host, port, path: '/' }).end(), 'response'),
  'https.get': () => emits(https.get({ host, port, path: '/' }), 'response'),
  'http2.connect': () => emits(http2.connect(url), 'connect'),
  'net.connect': () => emits(net.connect({ host, port: Number(port) }), 'connect'),
  'net.connect of an import': () => emits(importedConnect(Number(port), host), 'connect'),
  'a Socket of its own': () => emits(new net.Socket().connect(Number(port), host), 'connect'),
  'tls.connect': () => emits(tls.connect(Number(port), host, { rejectUnauthorized: false }), 'secureConnect'),
  'Reflect.apply': () => Reflect.apply(globalThis['fetch'], undefined, [url]),
  'tls.connect to a number, with the name inside': () =>
    emits(tls.connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false }), 'secureConnect'),
  'dns.lookup': () => lookup(host),
  getBuiltinModule: () => emits(process.getBuiltinModule('node:http').get(url), 'response'),
};
const deepWays = {
  spawn: () => ended(spawn('echo', [url])),
  execSync: () => execSync(`echo ${url}`),
  execFileSync: () => execFileSync('echo', [url]),
  'a worker thread': inWorker,
  'a forked process': () => inChild(fork(self, shallow, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })),
  'a started process': () =>
    inChild(spawn(process.execPath, [self, host, port, 'shallow'], { stdio: ['ignore', 'pipe', 'inherit'] })),
  'a process with an empty environment': () =>
    inChild(spawn(process.execPath, [self, ...shallow], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })),
  'a process with an empty environment that is waited for': () => {
    const { stdout } = spawnSync(process.execPath, [self, ...shallow], { env: {}, encoding: 'utf8' });
    const { fetch: told } = JSON.parse(stdout);
    if (told !== 'reached') throw Object.assign(new Error(told), { code: told });
  },
};

const told = {};
for (const [name, way] of Object.entries(depth === 'deep' ? { ...ways, ...deepWays } : { fetch: ways.fetch })) {
  try {
    await way();
    told[name] = 'reached';
  } catch (error) {
    told[name] = (error.cause ?? error).code ?? String(error);
  }
}
process.stdout.write(JSON.stringify(told));
process.exit();

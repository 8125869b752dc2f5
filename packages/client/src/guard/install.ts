import childProcess from 'node:child_process';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import workerThreads from 'node:worker_threads';

import { GuardBlocked } from '../error/guard.js';
import { isOwnConnection } from '../runtime/own-connections.js';
import { guardCommands } from './commands.js';
import { GuardedHosts } from './hosts.js';
import { guardThreads, heirSettings, tellHeirs } from './heirs.js';
import { guardNames, whileConnecting } from './names.js';

/** What `installGuard` takes. */
export interface GuardOptions {
  /** `block` (default) refuses, `report` warns once per place and lets it through. */
  readonly mode?: 'block' | 'report';
  /** Further hosts that lead to a broker, as names without scheme and port. */
  readonly extraHosts?: readonly string[];
}

/** What a patched function asks: undefined, or the error to fail with. The stack begins with whoever called that function. */
export type Judge = (host: unknown, by: string, patched: (...args: never[]) => unknown) => GuardBlocked | undefined;

let installed: { judge: Judge } | undefined;

/**
 * From now on this process, its worker threads and the Node programs that it starts refuse connections to brokers that the hub has
 * not opened. A guard rail against mistakes, not a border: addresses without a name, native add-ons and other programs get past
 * it. A second call changes the options.
 */
export const installGuard = (options: GuardOptions = {}): void => {
  const judge = judgeOf(options);
  tellHeirs(options);
  if (installed !== undefined) {
    installed.judge = judge;
    return;
  }
  const current = { judge };
  installed = current;
  const ask: Judge = (host, by, patched) => current.judge(host, by, patched);
  guardSockets(ask);
  guardFetch(ask);
  guardNames(dns, ask);
  guardCommands(childProcess, ask, heirSettings);
  guardThreads(workerThreads);
  // Names that modules have imported already are looked up anew.
  syncBuiltinESMExports();
};

const judgeOf = ({ mode = 'block', extraHosts = [] }: GuardOptions): Judge => {
  const hosts = new GuardedHosts(extraHosts);
  const reported = new Set<string>();
  return (host, by, patched) => {
    const found = hosts.has(host)
      ? host
      : by === 'command' && typeof host === 'string'
        ? hosts.foundIn(host)
        : undefined;
    if (found === undefined) return undefined;
    const error = new GuardBlocked(found, by === 'command' ? 'a command' : by);
    Error.captureStackTrace(error, patched);
    if (mode === 'block') return error;
    const place = error.stack ?? found;
    if (!reported.has(place)) {
      reported.add(place);
      process.emitWarning(place, { type: 'HubGuardWarning', code: error.code });
    }
    return undefined;
  };
};

interface Target {
  readonly host?: unknown;
  readonly hostname?: unknown;
  readonly servername?: unknown;
  readonly socket?: unknown;
}

/** `connect(options)`, `connect(port, host, options)`, or the pair that node:net makes of either. */
const targetOf = (args: readonly unknown[]): Target => {
  const [first, second] = args;
  if (Array.isArray(first)) return targetOf(first);
  if (typeof first === 'object' && first !== null) return first;
  const more = args.find((each) => typeof each === 'object' && each !== null);
  return typeof second === 'string' ? { host: second, ...more } : (more ?? {});
};

const portOf = ([first]: readonly unknown[]): unknown => (typeof first === 'object' ? undefined : first);

/** Under every client there is a socket: http, https, http2, undici and fetch, ws, and all that is built on them. */
const guardSockets = (judge: Judge): void => {
  const { connect } = net.Socket.prototype; // eslint-disable-line @typescript-eslint/unbound-method -- it is called on what the guarded one is called on
  const guarded = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const target = targetOf(args);
    const refused = isOwnConnection(target)
      ? undefined
      : judge(target.host ?? target.hostname, 'a connection', guarded);
    if (refused === undefined) {
      // As it was called.
      return whileConnecting(target.host ?? target.hostname, () =>
        (connect as (...all: unknown[]) => net.Socket).apply(this, args),
      );
    }
    // As a name that is not found: a socket that fails in its usual way, before anything leaves this machine.
    const lookup = (_host: string, _options: object, done: (error: Error) => void): void => {
      process.nextTick(done, refused);
    };
    return (connect as (...all: unknown[]) => net.Socket).call(this, { port: portOf(args), ...target, lookup });
  };
  net.Socket.prototype.connect = guarded; // takes what the original takes

  const connectTls = tls.connect;
  const guardedTls = (...args: unknown[]): tls.TLSSocket => {
    const target = targetOf(args);
    // In a tunnel, and where the address is a number, only the name inside tells where it leads.
    const name = target.servername ?? target.host;
    const seenBelow = target.socket === undefined && name === target.host;
    const refused =
      seenBelow || isOwnConnection(target.socket) ? undefined : judge(name, 'a TLS connection', guardedTls);
    if (refused === undefined) return (connectTls as (...all: unknown[]) => tls.TLSSocket)(...args); // as it was called
    if (target.socket instanceof Duplex) target.socket.destroy();
    // Over a stream that leads nowhere: not even the greeting, which names the host, gets out.
    const nowhere = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done(refused) });
    return connectTls({ socket: nowhere }).destroy(refused);
  };
  tls.connect = guardedTls; // takes what the original takes
};

/** A socket is opened long after `fetch` was called: only here the stack is that of the caller. */
const guardFetch = (judge: Judge): void => {
  const { fetch } = globalThis;
  const guarded: typeof fetch = (input, init) => {
    const refused = judge(hostOf(input), 'fetch', guarded);
    return refused === undefined ? fetch(input, init) : Promise.reject(refused);
  };
  globalThis.fetch = guarded;
};

const hostOf = (input: string | URL | Request): string | undefined => {
  try {
    return new URL(input instanceof Request ? input.url : input).hostname;
  } catch {
    return undefined;
  }
};

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { WebSocket } from 'ws';

import { CallAborted } from '../../error/index.js';
import { FeedRefused, NoConnection } from '../../error/realtime.js';
import type { Clock } from '../../runtime/clock.js';
import { ownConnection } from '../../runtime/own-connections.js';
import type { LiveSocket, OpenSocket, SocketListener } from './contract.js';

const handshakeTimeoutMs = 5_000;
/** A broker that is well answers a goodbye within one round trip. */
const goodbyeMs = 1_000;
/** The longest message of either broker is a few kB; a garbled length must not take the memory. */
const longestMessage = 4 * 1024 * 1024;

/** With the capability of the hub: the guard lets only its own connections through to a broker. */
const tcpTo = ({ hostname, port, protocol }: URL): Socket =>
  connectTcp(
    ownConnection({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (protocol === 'wss:' ? 443 : 80)),
      noDelay: true,
    }),
  );

const connectionTo = (address: URL): Socket => {
  const raw = tcpTo(address);
  if (address.protocol !== 'wss:') return raw;
  return connectTls(ownConnection({ socket: ownConnection(raw), servername: address.hostname }));
};

/** Sockets on the library `ws`. */
export const webSockets =
  (clock: Clock): OpenSocket =>
  (address, listener, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new CallAborted({ cause: signal.reason }));
        return;
      }
      const url = new URL(address);
      const { host } = url;
      const socket = new WebSocket(address, {
        createConnection: () => connectionTo(url),
        handshakeTimeout: handshakeTimeoutMs,
        maxPayload: longestMessage,
        perMessageDeflate: false,
        skipUTF8Validation: true,
      });
      let raw: Socket | undefined;
      let failure: Error | undefined;
      const abort = (): void => {
        failure = new CallAborted({ cause: signal.reason });
        socket.terminate();
      };
      signal.addEventListener('abort', abort, { once: true });
      socket.on('upgrade', (response) => {
        raw = response.socket;
      });
      socket.on('unexpected-response', (request, response) => {
        failure = new FeedRefused(host, response.statusCode ?? 0);
        response.resume();
        request.destroy();
      });
      socket.on('error', (error) => {
        failure ??= new NoConnection(host, { cause: error });
      });
      socket.on('close', (code, reason) => {
        signal.removeEventListener('abort', abort);
        reject(failure ?? new NoConnection(host)); // a no-op once it was open
        listener.end({ code, reason: reason.toString('utf8') });
      });
      socket.on('open', () => {
        signal.removeEventListener('abort', abort);
        resolve(opened(socket, () => raw, clock));
      });
      forward(socket, listener);
    });

const forward = (socket: WebSocket, listener: SocketListener): void => {
  socket.on('message', (data, isBinary) => {
    // Neither broker sends binary messages; whatever it is, it is no text.
    listener.text(isBinary || !(data instanceof Buffer) ? '' : data.toString('utf8'));
  });
};

const opened = (socket: WebSocket, raw: () => Socket | undefined, clock: Clock): LiveSocket => {
  const reset = (): void => {
    const tcp = raw();
    if (tcp !== undefined && typeof tcp.resetAndDestroy === 'function') tcp.resetAndDestroy();
    socket.terminate();
  };
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => undefined); // its end is told by `end`
    },
    pong: (text) => {
      // A control frame holds 125 bytes at most.
      if (socket.readyState === WebSocket.OPEN && Buffer.byteLength(text) <= 125)
        socket.pong(text, true, () => undefined);
    },
    close: () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close(1000);
      socket.once('close', clock.after(goodbyeMs, reset));
    },
    reset,
  };
};

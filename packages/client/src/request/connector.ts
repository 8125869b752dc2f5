import { connect as connectTcp, Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { buildConnector } from 'undici';

import { ownConnection } from '../runtime/own-connections.js';

const connectTimeoutMs = 5_000;
const probeAfterMs = 60_000;

/**
 * Connections that end with a reset when their call is given up. Closing a socket lets the kernel go on sending what is in its
 * buffer; a reset throws that away. A request that the hub gives up must not arrive later, without a slot of its own.
 */
export const resettingConnector = (options: buildConnector.BuildOptions = {}): buildConnector.connector => {
  const connect = buildConnector({ timeout: connectTimeoutMs, ...options });
  return (target, callback) => {
    const raw = target.protocol === 'https:' ? tcpTo(target) : undefined;
    connect(
      raw === undefined ? target : { ...target, httpSocket: ownConnection(new Passage(raw)) as Duplex as Socket },
      (...result) => {
        const socket: unknown = result[1];
        if (socket instanceof Socket) resetOnError(socket, raw);
        callback(...result);
      },
    );
  };
};

const tcpTo = ({ hostname, port, localAddress }: buildConnector.Options): Socket =>
  connectTcp(
    ownConnection({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 443),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: probeAfterMs,
      ...(typeof localAddress === 'string' ? { localAddress } : {}),
    }),
  );

const resetOnError = (socket: Socket, raw: Socket | undefined): void => {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: Error) => {
    if (error === undefined || socket.destroyed) return destroy(error);
    socket.destroy = destroy;
    if (raw === undefined) return socket.resetAndDestroy();
    raw.resetAndDestroy();
    return destroy(error);
  };
};

/**
 * What TLS writes to and reads from instead of the TCP socket itself. Node takes a socket's handle away from it when TLS is laid
 * over it, and resetting it then ends Node 20 with a fault when bytes are pending; under this it stays a socket like any other.
 */
class Passage extends Duplex {
  constructor(private readonly raw: Socket) {
    super();
    raw.on('data', (chunk) => {
      if (!this.push(chunk)) raw.pause();
    });
    raw.on('end', () => this.push(null));
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
  }

  override _read(): void {
    this.raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.raw.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.raw.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.raw.destroy();
    done(error);
  }
}

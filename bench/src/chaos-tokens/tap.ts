import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Which way a piece of the conversation goes: to the server, or back. */
export type Direction = 'there' | 'back';

/** Hears every piece before it goes on; true: it stays on the line. */
export type Ear = (direction: Direction, text: string) => boolean;

/**
 * A line to a server with somebody in the middle. Requests of a hub are small and are written in one piece each, so a
 * piece is a request; a place that is never recognised ends its round with an error, not in silence.
 */
export interface Tap {
  readonly url: string;
  /** Lets go on what stayed on the line. */
  release(): void;
  /** Safe twice. */
  close(): Promise<void>;
}

const doorOf = (url: string): { path: string } | { port: number; host: string } => {
  const { protocol, pathname, port, hostname } = new URL(url);
  return protocol === 'unix:' ? { path: pathname } : { port: Number(port), host: hostname };
};

/** `target`: `unix:///…` or `http://…`; the line has a port of its own in front of it. */
export const startTap = async (target: string, hear: Ear): Promise<Tap> => {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const join = (from: Socket, to: Socket, direction: Direction): void => {
    from.on('data', (bytes) => {
      const pass = (): void => {
        if (!to.destroyed) to.write(bytes);
      };
      if (hear(direction, bytes.toString('latin1'))) held.push(pass);
      else pass();
    });
    from.on('close', () => to.destroy());
  };
  const server = createServer((near) => {
    const far = keep(createConnection(doorOf(target)));
    keep(near);
    join(near, far, 'there');
    join(far, near, 'back');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const scheme = target.startsWith('unix:') ? 'redis' : 'http';
  return {
    url: `${scheme}://127.0.0.1:${String(port)}`,
    release: () => {
      for (const pass of held.splice(0)) pass();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
};

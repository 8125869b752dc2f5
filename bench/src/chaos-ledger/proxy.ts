import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** What becomes of what is said over the line. */
export type LineState = 'open' | 'cut' | 'replies-lost';

/** A line to a server that can be cut in one direction or in both; connections stay up, as on a real network. */
export interface Proxy {
  readonly url: string;
  state: LineState;
  close(): Promise<void>;
}

export const startProxy = async (targetPort: number): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(createConnection({ port: targetPort, host: '127.0.0.1' }));
    keep(near);
    near.on('data', (bytes) => {
      if (proxy.state !== 'cut') far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (proxy.state === 'open') near.write(bytes);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: Proxy = {
    url: `redis://127.0.0.1:${String(port)}`,
    state: 'open',
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
};

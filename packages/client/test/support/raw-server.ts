import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Requests whose first bytes arrived. */
  readonly arrivals: number;
  /** Resolves with the error code (or '' for a clean end) with which the n-th connection ended, counted from 1. */
  ended(nth: number): Promise<string>;
}

const tokenAnswer = (lifeMs: number): string => {
  const expires = new Date(Date.now() + lifeMs + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return JSON.stringify({ access_token: 'raw-token', access_token_token_expired: expires, token_type: 'Bearer' });
};

export const http = (body: string | Buffer, status = '200 OK', length = Buffer.byteLength(body)): Buffer =>
  httpWith({ 'content-type': 'application/json', 'content-length': String(length) }, body, status);

/** An answer with the head that it is given and no other line. */
export const httpWith = (
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  status = '200 OK',
): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
};

/** A bare socket server that gives every key a token and treats every other request as told. */
export const startRawServer = async (answer: (socket: Socket, request: string) => void): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  const endings: Promise<string>[] = [];
  const state = { arrivals: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    endings.push(
      new Promise((resolve) => {
        let code = '';
        socket.on('error', (error: NodeJS.ErrnoException) => {
          code = error.code ?? error.message;
        });
        socket.on('close', () => {
          resolve(code);
        });
      }),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head === -1 || text.length < head + 4 + length) return;
      const request = text;
      text = '';
      if (request.startsWith('POST /oauth2/tokenP')) {
        socket.write(http(tokenAnswer(86_400_000)));
        return;
      }
      state.arrivals += 1;
      answer(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get arrivals() {
      return state.arrivals;
    },
    ended: async (nth) => (await endings[nth - 1]) ?? 'no such connection',
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

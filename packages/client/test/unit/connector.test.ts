import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';

import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';

import { resettingConnector } from '../../src/request/connector.js';

/** A key that both ends know: no certificate is needed. */
const psk = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const ciphers = 'PSK-AES128-GCM-SHA256';
const serverSide = { ciphers, maxVersion: 'TLSv1.2', pskCallback: () => psk } satisfies TlsOptions;
const clientSide = {
  ciphers,
  maxVersion: 'TLSv1.2',
  pskCallback: () => ({ psk, identity: 'test' }),
  checkServerIdentity: () => undefined,
} as const;

const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

const listening = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
};

/** A TLS server behind a relay, whose connections tell the code with which the client ended them ('' for a clean end). */
const startServer = async (answer: (socket: TLSSocket, request: string) => void) => {
  const inner = createTlsServer(serverSide, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      answer(socket, chunk.toString('latin1'));
    });
  });
  const innerPort = await listening(inner);
  const endings: Promise<string>[] = [];
  const outer = createTcpServer((socket) => {
    endings.push(
      new Promise((resolve) => {
        socket.on('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code ?? error.message);
        });
        socket.on('end', () => {
          resolve('');
        });
      }),
    );
    const onward = connect(innerPort, '127.0.0.1');
    onward.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
  });
  return { port: await listening(outer), endings };
};

const agentOf = (): Agent => {
  const agent = new Agent({ connect: resettingConnector(clientSide) });
  atEnd.push(() => agent.destroy());
  return agent;
};

const get = (agent: Agent, port: number, path = '/', signal?: AbortSignal) =>
  agent.request({ origin: `https://127.0.0.1:${String(port)}`, path, method: 'GET', signal: signal ?? null });

const hello = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

test('calls one after another go over the same TLS connections', async () => {
  const { port, endings } = await startServer((socket) => socket.write(hello));
  const agent = agentOf();
  for (let nth = 0; nth < 10; nth += 1) {
    const { body } = await get(agent, port);
    expect(await body.text()).toBe('hello');
  }
  // The pool may open a second one while the first is being tidied.
  expect(endings.length).toBeLessThanOrEqual(2);
});

test('a large answer comes whole, as fast as it is read', async () => {
  const size = 4_000_000;
  const { port } = await startServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${String(size)}\r\n\r\n`);
    socket.write(Buffer.alloc(size, 'x'));
  });
  const { body } = await get(agentOf(), port);
  expect((await body.arrayBuffer()).byteLength).toBe(size);
});

test('a call that is given up ends its TLS connection with a reset', async () => {
  const asked = new AbortController();
  const { port, endings } = await startServer(() => {
    asked.abort();
  });
  const call = get(agentOf(), port, '/', asked.signal);
  await expect(call).rejects.toThrow('aborted');
  expect(await endings[0]).toBe('ECONNRESET');
});

test('an idle TLS connection that the server closes is replaced', async () => {
  const { port, endings } = await startServer((socket, request) => {
    if (request.startsWith('GET /last ')) socket.end(hello);
    else socket.write(hello);
  });
  const agent = agentOf();
  const { body } = await get(agent, port, '/last');
  await body.text();
  await endings[0];
  const { body: next } = await get(agent, port);
  expect(await next.text()).toBe('hello');
});

test('nobody listens, a name that does not exist, a server without TLS, one that hangs up: an error each time', async () => {
  const agent = agentOf();
  const port = await listening(createTcpServer((socket) => socket.end('not TLS at all')));
  await expect(get(agent, port)).rejects.toThrow();
  const silent = await listening(createTcpServer((socket) => socket.destroy()));
  await expect(get(agent, silent)).rejects.toThrow();
  await expect(get(agent, 1)).rejects.toThrow('ECONNREFUSED');
  const nowhere = agent.request({ origin: 'https://no-such-host.invalid', path: '/', method: 'GET' });
  await expect(nowhere).rejects.toThrow('no-such-host.invalid');
});

test('the body of a half-read answer is cut off with an error', async () => {
  const { port } = await startServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
  });
  const { body } = await get(agentOf(), port);
  await expect(body.text()).rejects.toThrow();
});

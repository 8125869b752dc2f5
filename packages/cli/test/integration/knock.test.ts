import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { expect, it } from 'vitest';

import { knock } from '../../src/command/knock.js';

it('a host that takes connections is fine; nothing is sent to it', async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) =>
    socket.on('data', (data) => received.push(data)).on('error', () => undefined),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await knock('kis', `http://127.0.0.1:${port}`)).toMatchObject({ check: 'broker', level: 'ok' });
  await new Promise((resolve) => server.close(resolve));
  expect(received).toEqual([]);
});

it('a host where nobody listens is a problem, and on this machine the simulator is the remedy', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await knock('kis', `http://127.0.0.1:${port}`)).toMatchObject({
    level: 'problem',
    message: expect.stringContaining('ECONNREFUSED'),
    remedy: expect.stringContaining('hub sim'),
  });
});

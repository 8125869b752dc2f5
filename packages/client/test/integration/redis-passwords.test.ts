import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { inspect } from 'node:util';

import { expect, it } from 'vitest';

import { openStage, priceOf } from '../support/hub.js';

/** A server that knows no command, and says so with what it was sent: proxies do, and servers without AUTH. */
const quotingServer = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const commands = chunk
        .toString()
        .split(/^\*\d+\r\n/m)
        .slice(1);
      for (const command of commands) {
        const [name = '', ...args] = command.split('\r\n').filter((line) => !/^(\$\d+)?$/.test(line));
        const quoted = args.map((arg) => `'${arg}' `).join('');
        socket.write(`-ERR unknown command '${name}', with args beginning with: ${quoted}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

it('a password of HUB_LOCK_URLS is in no error, notice or log line, though its server quotes it', async () => {
  await using stage = await openStage();
  await using server = await quotingServer();
  const lockUrls = ['one', 'two', 'three'].map(
    (name) => `redis://:canary-${name}%2F!@127.0.0.1:${String(server.port)}`,
  );
  const told: unknown[] = [];
  const write = (...line: unknown[]): void => {
    told.push(line);
  };
  const logger = { info: write, warn: write, error: write };
  const hub = stage.hub({ lockUrls, retries: 0, redisConnectTimeoutMs: 500 }, { notify: write, logger });
  const error: unknown = await hub.kis.call('inquire-price', priceOf('005930')).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'HUB_REDIS_REFUSED',
    remedy: expect.stringContaining('HUB_LOCK_URLS') as string,
  });
  const everything = inspect([error, told], { depth: 20, showHidden: true });
  expect(everything).toContain('***');
  expect(everything).not.toContain('canary');
});

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, it } from 'vitest';

import { openStage, type Stage } from '../support/hub.js';

const order = { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
const account = '12345678-01';

/** The last part of each path that the broker was asked for, but for tokens, which are no calls. */
const called = ({ sim }: Stage): string[] =>
  sim
    .journal()
    .entries.map(({ path }) => path.split('/').at(-1) ?? '')
    .filter((name) => name !== 'tokenP');

interface Seen {
  readonly path: string;
  readonly body: string;
  readonly hashKey: string | undefined;
  readonly authorization: string | undefined;
}

/** Hands everything on to the broker, and keeps what it saw. */
const listenBetween = async (brokerUrl: string) => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { url: path = '', method = 'GET', headers } = request;
      const { hashkey, authorization } = headers;
      seen.push({ path, body, hashKey: hashkey?.toString(), authorization });
      const { host: _host, 'content-length': _length, connection: _connection, ...kept } = headers;
      const passed = kept as Record<string, string>; // none of ours comes twice
      const answer = await fetch(brokerUrl + path, { method, headers: passed, ...(body === '' ? {} : { body }) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // of a listening server
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

it('an order goes without the hash of its body unless it is asked for', async () => {
  await using stage = await openStage();
  await stage.hub({ kis: { account } }).kis.call('order-cash-buy', order);
  expect(called(stage)).toEqual(['order-cash']);
});

it('with hashKey the body is hashed by a call of its own, and the broker finds the hash right', async () => {
  await using stage = await openStage();
  const hub = stage.hub({ kis: { account, hashKey: true } });
  const { body } = await hub.kis.call('order-cash-buy', order);
  expect(body.output?.ODNO).toMatch(/^\d{10}$/);
  await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' });
  expect(called(stage)).toEqual(['hashkey', 'order-cash', 'inquire-price']);
  expect(stage.sim.journal().orders.count).toBe(1);
});

it('the hash travels in a header of the order, and is that of its very bytes', async () => {
  await using stage = await openStage();
  await using between = await listenBetween(stage.sim.url);
  const hub = stage.hub({ kis: { account, hashKey: true, baseUrl: between.url } });
  await hub.kis.call('order-cash-buy', order);
  const [hash, sent] = between.seen.filter(({ path }) => /hashkey$|order-cash$/.test(path));
  expect(sent?.body).toBe(hash?.body);
  expect(sent?.hashKey).toBe(
    createHash('sha256')
      .update(sent?.body ?? '')
      .digest('hex'),
  );
  expect(hash).toMatchObject({ hashKey: undefined, authorization: undefined });
});

it('of many orders both calls stay within the quota', async () => {
  await using stage = await openStage({ limit: { perSecond: 6 } });
  const hub = stage.hub({ kis: { account, hashKey: true, perSecond: 6 } });
  await Promise.all(Array.from({ length: 6 }, () => hub.kis.call('order-cash-buy', order)));
  expect(stage.sim.journal()).toMatchObject({ breaches: 0, orders: { count: 6 } });
  expect(called(stage).filter((name) => name === 'hashkey')).toHaveLength(6);
});

it('a hash that does not come ends the call, and no order leaves', async () => {
  await using stage = await openStage();
  stage.sim.faults.add({ kind: 'reset', match: { path: 'hashkey' }, times: 1 });
  await stage.hub({ kis: { account, hashKey: true } }).kis.call('order-cash-buy', order);
  // Once more: the hash is a read, so it was asked for again. Now it never comes.
  expect(called(stage)).toEqual(['hashkey', 'hashkey', 'order-cash']);
  stage.sim.faults.add({ kind: 'reset', match: { path: 'hashkey' } });
  const again = stage.hub({ kis: { account, hashKey: true }, retries: 1 }).kis.call('order-cash-buy', order);
  await expect(again).rejects.toMatchObject({
    code: 'HUB_BROKER_UNREACHABLE',
    message: expect.stringContaining('hashkey'),
  });
  expect(stage.sim.journal().orders.count).toBe(1);
});

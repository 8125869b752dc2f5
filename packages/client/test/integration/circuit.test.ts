import type { Socket } from 'node:net';

import { expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { createHub, keyIdOf, type HubOptions } from '../../src/index.js';
import type { Notice } from '../../src/runtime/notice.js';
import { startAsker, type Asker } from '../support/askers.js';
import { freshKey, openStage, priceOf } from '../support/hub.js';
import { http, startRawServer } from '../support/raw-server.js';

const good = http(JSON.stringify({ rt_cd: '0', output: { stck_prpr: '70000' } }));
const price = { count: 1, endpoint: 'inquire-price', params: priceOf('005930') };

/** Two processes with one key in front of a broker that can be taken away, and its answers held back. */
const openTwo = async (more: HubOptions = {}) => {
  const state = { away: false, holding: false };
  const held: Socket[] = [];
  const server = await startRawServer((socket) => {
    if (state.holding) held.push(socket);
    else socket.write(state.away ? http('<html>', '502 Bad Gateway') : good);
  });
  const key = freshKey();
  const options: HubOptions = {
    ...{ redis: redisUrls(), retries: 0, circuitFailures: 4, circuitPauseMs: 1_000 },
    kis: { ...key, baseUrl: server.url, perSecond: 50 },
    ...more,
  };
  const [one, other] = await Promise.all([startAsker(options), startAsker(options)]);
  return {
    ...{ server, state, held, one, other, options, keyId: keyIdOf(key.appKey) },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([one, other].map((asker) => asker[Symbol.asyncDispose]()));
      await server[Symbol.asyncDispose]();
    },
  };
};

/** Asks so often and waits for all that came of it. */
const asked = async (asker: Asker, count: number): Promise<(string | undefined)[]> => {
  const before = asker.told.length;
  asker.ask({ ...price, count });
  await expect.poll(() => asker.told.length, { timeout: 10_000, interval: 10 }).toBe(before + count);
  return asker.told.slice(before).map(({ code }) => code);
};

it('two processes stop together, one of them tries, and both go on at the first answer', async () => {
  await using two = await openTwo();
  const { server, state, held, one, other, options, keyId } = two;
  expect([...(await asked(one, 1)), ...(await asked(other, 1))]).toEqual([undefined, undefined]);

  state.away = true;
  expect(await asked(one, 4)).toEqual(Array.from({ length: 4 }, () => 'HUB_ANSWER_UNREADABLE'));
  await expect.poll(async () => (await asked(other, 1))[0]).toBe('HUB_CIRCUIT_OPEN');
  expect(other.told.at(-1)?.message).toContain(`kis: no answer by key ${keyId} (real) since 20`);
  const arrived = server.arrivals;
  expect(await asked(one, 5)).toEqual(Array.from({ length: 5 }, () => 'HUB_CIRCUIT_OPEN'));
  // Another one that starts now hears of it before its first call.
  const notices: Notice[] = [];
  await using late = createHub(options, { env: {}, notify: (notice) => notices.push(notice) });
  await expect(late.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
    code: 'HUB_CIRCUIT_OPEN',
    account: `kis:real:${keyId}`,
    failure: 'HUB_ANSWER_UNREADABLE',
  });
  expect(server.arrivals).toBe(arrived);

  // The broker is back, and takes its time: one call is under way, whoever asks.
  Object.assign(state, { away: false, holding: true });
  const before = one.told.length + other.told.length;
  await expect
    .poll(
      () => {
        one.ask(price);
        other.ask(price);
        return held.length;
      },
      { timeout: 5_000, interval: 100 },
    )
    .toBe(1);
  one.ask({ ...price, count: 3 });
  other.ask({ ...price, count: 3 });
  await expect
    .poll(() => [...one.told, ...other.told].slice(before).length, { timeout: 5_000 })
    .toBeGreaterThanOrEqual(6);
  expect(server.arrivals).toBe(arrived + 1);

  state.holding = false;
  held[0]?.write(good);
  await expect.poll(() => notices.at(-1)?.kind).toBe('circuit-closed');
  // The word of it comes to each process in its time.
  for (const asker of [one, other]) await expect.poll(async () => (await asked(asker, 1))[0]).toBeUndefined();
  expect([...(await asked(one, 3)), ...(await asked(other, 3))]).toEqual(Array.from({ length: 6 }, () => undefined));
});

it('a try that fails makes the next pause longer, for everybody', async () => {
  await using two = await openTwo({ circuitPauseMs: 300 });
  const { state, one, other, options } = two;
  const notices: Notice[] = [];
  await using watching = createHub(options, { env: {}, notify: (notice) => notices.push(notice) });
  await watching.kis.call('inquire-price', priceOf('005930'));
  await asked(other, 1);
  state.away = true;
  await asked(one, 4);
  await expect
    .poll(
      async () => {
        await asked(other, 1);
        return notices.flatMap((notice) => (notice.kind === 'circuit-open' ? [notice.tries] : []));
      },
      { timeout: 10_000 },
    )
    .toEqual([0, 1, 2]);
  const pauses = notices.flatMap((notice) => (notice.kind === 'circuit-open' ? [notice.forMs] : []));
  expect(pauses.map((ms) => Math.round(ms / 100) * 100)).toEqual([300, 600, 1_200]);
});

it('a broker that refuses in its own words opens nothing', async () => {
  await using stage = await openStage({ limit: { perSecond: 1 } });
  const hub = stage.hub({ retries: 0, circuitFailures: 2, kis: { perSecond: 20 } });
  const calls = Array.from({ length: 6 }, () => hub.kis.call('inquire-price', priceOf('005930')));
  const codes = (await Promise.allSettled(calls)).flatMap((call): unknown[] =>
    call.status === 'rejected' ? [Reflect.get(Object(call.reason), 'code')] : [],
  );
  expect(codes.length).toBeGreaterThan(2);
  expect([...new Set(codes)]).toEqual(['HUB_BROKER_BUSY']);
});

it('a key that is not answered costs nothing but itself: orders go by the other key of the account', async () => {
  const [dead, well] = [freshKey(), freshKey()];
  await using server = await startRawServer((socket, request) => {
    socket.write(request.includes(dead.appKey) ? http('<html>', '503 Service Unavailable') : good);
  });
  const account = '12345678-01';
  const keys = [
    { ...dead, account },
    { ...well, account },
  ];
  await using stage = await openStage();
  const notices: Notice[] = [];
  const hub = stage.hub(
    {
      ...{ retries: 0, circuitFailures: 2, circuitPauseMs: 60_000 },
      kis: { appKey: undefined, appSecret: undefined, keys, baseUrl: server.url },
    },
    { notify: (notice) => notices.push(notice) },
  );
  const order = { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
  const keyId = keyIdOf(dead.appKey);
  for (const code of ['HUB_ANSWER_UNREADABLE', 'HUB_ANSWER_UNREADABLE', 'HUB_CIRCUIT_OPEN']) {
    // The word of a failure travels to the gatekeeper and back: a call at the same moment would still go.
    if (code === 'HUB_CIRCUIT_OPEN') await expect.poll(() => notices.map(({ kind }) => kind)).toContain('circuit-open');
    await expect(hub.kis.call('inquire-price', priceOf('005930'), { keyId })).rejects.toMatchObject({ code });
  }
  const sent = server.arrivals;
  for (let count = 0; count < 5; count += 1) {
    expect((await hub.kis.call('order-cash-buy', order)).keyId).toBe(keyIdOf(well.appKey));
  }
  await expect(hub.kis.call('order-cash-buy', order, { keyId })).rejects.toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
  expect(server.arrivals).toBe(sent + 5);
});

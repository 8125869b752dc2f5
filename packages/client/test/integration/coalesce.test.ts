import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { openLedger } from '../../src/hub/open-ledger.js';
import { keyIdOf } from '../../src/hub/settings.js';
import { startAsker, type Asker, type Told } from '../support/askers.js';
import { openStage, priceOf, type Stage } from '../support/hub.js';
import { questionOf } from '../../src/request/question.js';
import { portTo } from '../support/world.js';

const price = 'FHKST01010100';

/** One call a second: a few reads of other symbols keep every next one waiting. */
const busyStage = () => openStage({ limit: { perSecond: 1 } });

const optionsOf = (stage: Stage) => ({
  redis: redisUrls(),
  timeoutMs: 3_000,
  kis: { ...stage.key, baseUrl: stage.sim.url, perSecond: 1, tokenCooldownMs: 450 },
});

const askers = (stage: Stage, count: number) =>
  Promise.all(Array.from({ length: count }, () => startAsker(optionsOf(stage))));

const disposeAll = async (all: readonly Asker[]): Promise<void> => {
  await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
};

const coalesced = (count: number, options: object = {}) => ({
  count,
  endpoint: 'inquire-price',
  params: priceOf('005930'),
  options: { coalesce: true, ...options },
});

/** So many reads of one symbol that must each be made, before anything that is asked later. */
const fill = (asker: Asker, count: number, options: object = {}): void => {
  asker.ask({ count, endpoint: 'inquire-price', params: priceOf('000660'), options });
};

const toldBy = (all: readonly Asker[]): Told[] => all.flatMap(({ told }) => [...told]);

const waiting = async (stage: Stage): Promise<number> => {
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  try {
    const { waiting: classes } = await ledger.snapshot(`kis:real:${keyIdOf(stage.key.appKey)}`);
    return Object.values(classes).reduce((sum, each) => sum + each, 0);
  } finally {
    await close();
  }
};

const priceCalls = (stage: Stage): number => stage.sim.journal().byTr[price] ?? 0;

describe('equal reads of several processes', () => {
  it('make one call for ten callers on three of them', async () => {
    await using stage = await busyStage();
    const all = await askers(stage, 3);
    try {
      const [one, two, three] = all as [Asker, Asker, Asker];
      fill(one, 3);
      await expect.poll(() => waiting(stage), { timeout: 10_000 }).toBeGreaterThan(0);
      one.ask(coalesced(4));
      two.ask(coalesced(3));
      three.ask(coalesced(3));
      await expect.poll(() => toldBy(all).length, { timeout: 20_000 }).toBe(13);
      const ids = toldBy(all).map(({ requestId }) => requestId);
      expect(ids).not.toContain(undefined);
      expect(new Set(ids).size).toBe(4); // three that filled the line, and one for ten
      expect(priceCalls(stage)).toBe(4);
      expect(stage.sim.journal().breaches).toBe(0);
    } finally {
      await disposeAll(all);
    }
  });

  it('go as early as the most urgent of their callers, on whichever process', async () => {
    await using stage = await busyStage();
    const all = await askers(stage, 2);
    try {
      const [one, two] = all as [Asker, Asker];
      fill(one, 5);
      await expect.poll(() => waiting(stage), { timeout: 10_000 }).toBeGreaterThan(2);
      one.ask(coalesced(1, { priority: 'backfill' }));
      await expect.poll(() => waiting(stage), { timeout: 2_000 }).toBeGreaterThan(2);
      await new Promise((resolve) => setTimeout(resolve, 300));
      two.ask(coalesced(1, { priority: 'order' }));
      await expect.poll(() => two.told.length, { timeout: 20_000 }).toBe(1);
      // The backfill overtook those who wait in a greater hurry than it had.
      expect(one.told.length).toBeLessThan(5);
      await expect.poll(() => toldBy(all).length, { timeout: 20_000 }).toBe(7);
      expect(one.told.map(({ requestId }) => requestId)).toContain(two.told[0]?.requestId);
      expect(priceCalls(stage)).toBe(6);
    } finally {
      await disposeAll(all);
    }
  });

  it('are answered though their leader is killed', async () => {
    await using stage = await busyStage();
    const all = await askers(stage, 3);
    try {
      const [leader, two, three] = all as [Asker, Asker, Asker];
      fill(two, 4);
      await expect.poll(() => waiting(stage), { timeout: 10_000 }).toBeGreaterThan(1);
      leader.ask(coalesced(2, { priority: 'backfill' }));
      await new Promise((resolve) => setTimeout(resolve, 500));
      two.ask(coalesced(3, { priority: 'backfill' }));
      three.ask(coalesced(3, { priority: 'backfill' }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      leader.child.kill('SIGKILL');
      await once(leader.child, 'exit');
      await expect.poll(() => toldBy([two, three]).length, { timeout: 30_000 }).toBe(10);
      const answers = toldBy([two, three]).map(({ requestId }) => requestId);
      expect(answers).not.toContain(undefined);
      expect(new Set(answers).size).toBe(5);
      expect(priceCalls(stage)).toBe(5);
      expect(leader.told).toEqual([]);
    } finally {
      await disposeAll(all);
    }
  });

  it('share the broker’s refusal', async () => {
    await using stage = await busyStage();
    const all = await askers(stage, 2);
    try {
      const [one, two] = all as [Asker, Asker];
      fill(one, 3);
      await expect.poll(() => waiting(stage), { timeout: 10_000 }).toBeGreaterThan(0);
      const refused = { ...coalesced(3), params: { ...priceOf('005930'), FID_COND_MRKT_DIV_CODE: 'ZZ' } };
      one.ask(refused);
      two.ask(refused);
      await expect.poll(() => toldBy(all).length, { timeout: 20_000 }).toBe(9);
      const refusals = toldBy(all).filter(({ code }) => code !== undefined);
      expect(refusals).toHaveLength(6);
      expect(new Set(refusals.map(({ code, message }) => `${code ?? ''} ${message ?? ''}`)).size).toBe(1);
      expect(refusals[0]?.code).toBe('HUB_BROKER_REFUSED');
      expect(priceCalls(stage)).toBe(4);
    } finally {
      await disposeAll(all);
    }
  });
});

describe('one hub', () => {
  it('ends the wait of one caller without that of the others', async () => {
    await using stage = await busyStage();
    const hub = stage.hub(optionsOf(stage));
    const filling = [1, 2].map(() => hub.kis.call('inquire-price', priceOf('000660')));
    const stop = new AbortController();
    const first = hub.kis.call('inquire-price', priceOf('005930'), { coalesce: true, signal: stop.signal });
    const impatient = hub.kis.call('inquire-price', priceOf('005930'), { coalesce: true, deadlineMs: 300 });
    const others = [1, 2].map(() => hub.kis.call('inquire-price', priceOf('005930'), { coalesce: true }));
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'HUB_ABORTED' });
    await expect(impatient).rejects.toMatchObject({ code: 'HUB_TIMEOUT' });
    const ids = (await Promise.all(others)).map(({ requestId }) => requestId);
    await Promise.all(filling);
    expect(new Set(ids).size).toBe(1);
    expect(priceCalls(stage)).toBe(3);
  });

  it('makes two calls where parameters differ, and leaves nothing in Redis of calls that nobody else joined', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    const ask = (symbol: string) => hub.kis.call('inquire-price', priceOf(symbol), { coalesce: true });
    await Promise.all([ask('005930'), ask('005930'), ask('000660')]);
    expect(priceCalls(stage)).toBe(2);
    const redis = portTo('main', redisUrls().main);
    const keys = await redis.run({ name: 'keys', keys: 0, lua: "return redis.call('KEYS', 'api:coalesce:*')" }, [], []);
    await redis.close();
    const asked = {
      broker: 'kis',
      environment: 'real',
      baseUrl: stage.sim.url,
      endpoint: 'inquire-price',
      tr: price,
    } as const;
    for (const symbol of ['005930', '000660']) {
      expect(String(keys)).not.toContain(questionOf({ ...asked, params: priceOf(symbol), cursor: {}, keyIds: [] }));
    }
  });

  it('leaves at once when it is closed, with calls in flight', async () => {
    await using stage = await busyStage();
    const hub = stage.hub(optionsOf(stage));
    const calls = [1, 2, 3].map(() => hub.kis.call('inquire-price', priceOf('005930'), { coalesce: true }));
    const ends = Promise.allSettled(calls);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = performance.now();
    await hub.close();
    await ends;
    expect(performance.now() - before).toBeLessThan(1_500);
  });
});

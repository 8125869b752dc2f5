import { randomBytes, randomUUID } from 'node:crypto';

import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { createHub, type Hub } from '@hub/client';
import { issueCallerToken, liveQueue, usualClasses, type CallerClaims } from '@hub/client/service';
import { expect, onTestFinished, test } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { keyless, order, price, reasonOf } from '../support/keyless.js';
import { openStage } from '../support/stage.js';

/** So many workers with one key of a simulated KIS, which take nobody without a token. */
const open = async (workers: number) => {
  const stage = await openStage();
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const callerKey = randomBytes(32);
  const sim = await startBrokerSim({ keys: [{ ...key, environment: 'real' }] });
  onTestFinished(() => sim.close());
  const settings = { redis: redisUrls(), kis: { ...key, baseUrl: sim.url, account: '12345678-01' } };
  for (let count = 0; count < workers; count += 1) {
    const hub = createHub({ ...settings, callerKey: callerKey.toString('hex') }, { env: {} });
    onTestFinished(() => hub.close());
    await stage.start({ hub });
  }
  const usual = { name: 'collector', allow: ['*'], classes: [...usualClasses], until: Date.now() / 1_000 + 60 };
  const tokenOf = (claims: Partial<CallerClaims> = {}): string =>
    issueCallerToken({ ...usual, until: Math.ceil(usual.until), ...claims }, callerKey);
  /** How many calls have come, those for a token apart. */
  const calls = (): number => sim.journal().entries.filter(({ path }) => path.startsWith('/uapi/')).length;
  return { stage, sim, calls, tokenOf };
};

const asked = (hub: Hub): Promise<unknown> => hub.kis.call('inquire-price', price);

test('a worker with a key spends nothing for whoever may not ask', async () => {
  const { stage, calls, tokenOf } = await open(1);
  const as = (caller: string | undefined): Hub =>
    keyless(stage, { env: { HUB_MODE: 'service', REDIS_URL: stage.redisUrl, HUB_CALLER: caller } });
  for (const caller of [undefined, 'a label', tokenOf({ until: 1 }), tokenOf({ allow: ['inquire-balance'] })]) {
    const reason = await reasonOf(asked(as(caller)));
    expect(reason).toMatchObject({ code: 'HUB_CALLER_REFUSED', endpoint: 'inquire-price' });
    expect(JSON.stringify(reason)).not.toContain('hub1.');
  }
  const reader = as(tokenOf());
  expect(await reasonOf(reader.kis.call('order-cash-buy', order))).toMatchObject({ code: 'HUB_CALLER_REFUSED' });
  expect(calls()).toBe(0);
  const refused = stage.events.filter(({ kind }) => kind === 'caller-refused');
  expect(refused).toHaveLength(5);
  expect(refused.at(-1)).toMatchObject({ caller: 'collector', broker: 'kis', endpoint: 'order-cash-buy' });
  expect(JSON.stringify(refused)).not.toContain('hub1.');
  expect(await asked(reader)).toMatchObject({ tr: 'FHKST01010100' });
  const trader = as(tokenOf({ name: 'trader', classes: ['order'], allow: ['order-cash-buy'] }));
  expect(await trader.kis.call('order-cash-buy', order)).toMatchObject({ body: { rt_cd: '0' } });
  expect(calls()).toBe(2);
});

test('a caller has no more than its share over all workers, and the others have the rest', async () => {
  const { stage, sim, tokenOf } = await open(2);
  const as = (token: string): Hub => keyless(stage, { env: { HUB_CALLER: token } });
  // 3 of 18 a second.
  const small = as(tokenOf({ name: 'small', share: 0.17 }));
  const large = as(tokenOf({ name: 'large' }));
  // Told apart by what they ask for.
  const book = (): Promise<unknown> => small.kis.call('inquire-asking-price-exp-ccn', price);
  await Promise.all([...Array.from({ length: 7 }, book), ...Array.from({ length: 12 }, () => asked(large))]);
  const { entries } = sim.journal();
  expect(entries.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  const arrivals = (tr: string): number[] => entries.filter((entry) => entry.tr === tr).map(({ at }) => at);
  const [ofSmall, ofLarge] = [arrivals('FHKST01010200'), arrivals('FHKST01010100')];
  expect([ofSmall.length, ofLarge.length]).toEqual([7, 12]);
  ofSmall.slice(3).forEach((at, index) => expect(at - (ofSmall[index] ?? 0)).toBeGreaterThan(990));
  expect(ofLarge.at(-1)).toBeLessThan(ofSmall.at(-1) ?? 0);
});

test('a call that cannot be read is kept without its token', async () => {
  const { stage, tokenOf } = await open(1);
  const queue = stage.queue(liveQueue('kis'));
  const callerToken = tokenOf();
  await queue.add('x', { v: 2, callId: 'x', callerToken }, { priority: 3 });
  const dead = stage.queue('dead');
  await expect.poll(() => dead.getJobCounts(), { timeout: 10_000 }).toMatchObject({ prioritized: 1 });
  const letters = JSON.stringify(await dead.getJobs());
  expect(letters).toContain('[removed]');
  expect(letters).not.toContain(callerToken.split('.')[1]);
});

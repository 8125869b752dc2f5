import { expect, it } from 'vitest';

import type { QuotaEvent } from '../../src/index.js';
import { keyIdOf } from '../../src/hub/settings.js';
import { startAsker } from '../support/askers.js';
import { redisUrls } from '../../../../test/support/redis.js';
import { openKiwoomStage, openStage, priceOf } from '../support/hub.js';
import { openLedger } from '../../src/hub/open-ledger.js';
import { portTo } from '../support/world.js';

const unused = { used: 0, cooling: 0, reserved: 0 };

it('of an account that was never used is told, with the origin of its figures, and costs nothing', async () => {
  await using stage = await openKiwoomStage();
  const hub = stage.hub();
  const account = `kiwoom:real:${keyIdOf(stage.key.appKey)}`;
  expect(await hub.quota.snapshot()).toMatchObject([
    {
      ...{ account, broker: 'kiwoom', environment: 'real', members: [], callers: {} },
      budgets: [
        { name: 'total', configured: 20, here: 20, ...unused, origin: { from: 'published', certainty: 'uncertain' } },
      ],
    },
  ]);
  expect(stage.sim.journal().entries).toEqual([]);
});

it('tells every budget that a call has touched', async () => {
  await using stage = await openKiwoomStage();
  const hub = stage.hub({ kiwoom: { perSecond: 4 } });
  await hub.kiwoom.call('ka10001', { stk_cd: '005930' });
  const [report] = await hub.quota.snapshot();
  expect(report?.budgets).toMatchObject([
    { name: 'total', configured: 20, origin: { from: 'published' } },
    { name: 'tr:ka10001', configured: 4, here: 4, origin: { from: 'setting' } },
  ]);
  expect(report?.members).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

it('tells who waits, of all processes, by class and by caller', async () => {
  await using stage = await openStage({ limit: { perSecond: 1 } });
  const kis = { ...stage.key, baseUrl: stage.sim.url, perSecond: 1, tokenCooldownMs: 450 };
  await using asker = await startAsker({ redis: redisUrls(), kis, caller: 'asker' });
  asker.ask({ count: 5, endpoint: 'inquire-price', params: priceOf('005930'), options: { priority: 'backfill' } });
  const hub = stage.hub({ kis });
  const look = async () => (await hub.quota.snapshot())[0];
  await expect.poll(async () => (await look())?.waiting.backfill, { timeout: 10_000 }).toBeGreaterThan(1);
  const report = await look();
  expect(report?.callers).toEqual({ asker: report?.waiting.backfill });
});

it('narrowed by another process is an event here, though nothing was ever called', async () => {
  await using stage = await openStage();
  const hub = stage.hub();
  const [report] = await hub.quota.snapshot();
  const account = report?.account ?? '';
  const events: QuotaEvent[] = [];
  const reading = (async () => {
    for await (const event of hub.quota.events()) events.push(event);
  })();
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  const permit = await ledger.acquire({
    account,
    budgets: [{ name: 'total', limit: 18, windowMs: 1_000 }],
    ...{ leaseMs: 1_000, priority: 'interactive' },
    signal: AbortSignal.timeout(20_000),
  });
  permit.refused('total', 14);
  await expect
    .poll(() => events)
    .toEqual([{ at: expect.any(Number), kind: 'narrowed', account, budget: 'total', limit: 14, told: true }]);
  expect((await hub.quota.snapshot())[0]?.budgets).toMatchObject([
    { configured: 18, inUse: 14, learned: { limit: 14, why: 'told' } },
  ]);
  await close();
  await hub.close();
  await reading;
});

it('is known by the accounts that somebody spends from, and forgotten with them', async () => {
  await using stage = await openStage();
  await stage.hub().kis.call('inquire-price', priceOf('005930'));
  const account = `kis:real:${keyIdOf(stage.key.appKey)}`;
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  expect(await ledger.accounts()).toContain(account);
  const redis = portTo('gatekeeper', redisUrls().gatekeeper);
  const forget = { name: 'forget', keys: 1, lua: "return redis.call('DEL', KEYS[1])" };
  await redis.run(forget, [`api:ratelimit:total:{${account}}`], []);
  expect(await ledger.accounts()).not.toContain(account);
  const listed = { name: 'listed', keys: 1, lua: "return redis.call('SISMEMBER', KEYS[1], ARGV[1])" };
  expect(await redis.run(listed, ['api:ratelimit:accounts'], [account])).toBe(0);
  await redis.close();
  await close();
});

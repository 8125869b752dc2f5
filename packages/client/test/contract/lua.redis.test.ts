import { afterAll, describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { scripts as ledgerScripts } from '../../src/ledger/redis/scripts.generated.js';
import { scripts as vaultScripts } from '../../src/vault/redis/scripts.generated.js';
import type { Script } from '../../src/runtime/redis.js';
import { freshKeyId, portTo } from '../support/world.js';

const redis = portTo('main', redisUrls().main);
afterAll(() => redis.close());

const key = (name: string): string => `test:{${freshKeyId()}}:${name}`;
const run = (script: Script, keys: readonly string[], args: readonly (string | number)[]) =>
  redis.run(script, keys, args);

const zscore: Script = { name: 'zscore', keys: 1, lua: "return redis.call('ZSCORE', KEYS[1], ARGV[1])" };
const hlen: Script = { name: 'hlen', keys: 1, lua: "return redis.call('HLEN', KEYS[1])" };
const leaveTags: Script = {
  name: 'leave-tags',
  keys: 1,
  lua: "for index = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'n:order:' .. index, index) end return 1",
};
const exists: Script = { name: 'exists', keys: 1, lua: "return redis.call('EXISTS', KEYS[1])" };
const del: Script = { name: 'del', keys: 1, lua: "return redis.call('DEL', KEYS[1])" };
const pttl: Script = { name: 'pttl', keys: 1, lua: "return redis.call('PTTL', KEYS[1])" };
const bless: Script = { name: 'bless', keys: 1, lua: "return redis.call('SET', KEYS[1], 'run-1')" };
const expire: Script = { name: 'expire', keys: 1, lua: "return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])" };
const total = { name: 'total', limit: 1, window: 60_000 };

/** A new account of the ledger on a server that forgot nothing, and two scripts as its member `a` calls them at 1 s. */
const account = async () => {
  const keys = [key('account'), key('epoch'), key('blessed')];
  await redis.run({ name: 'set', keys: 1, lua: "redis.call('SET', KEYS[1], ARGV[1])" }, keys.slice(2), ['run-1']);
  const state = { runId: 'run-1' };
  const call = (script: Script) => (request: object, now: number) =>
    run(script, keys, [JSON.stringify(request), state.runId, String(now)]);
  return {
    keys,
    state,
    acquire: (more: object = {}, now = 1_000_000) =>
      call(ledgerScripts.acquire)(
        {
          ...{ lane: 'a/0', member: 'a', budgets: [total], priority: 'order', flow: 'a', weight: 1, waited: 0 },
          ...{ want: 1, first: 0, most: 1, lease: 10_000_000, horizon: 0, ...more },
        },
        now,
      ),
    heartbeat: (more: object = {}, now = 1_000_000) =>
      call(ledgerScripts.heartbeat)(
        {
          ...{ member: 'a', host: 'here:1', share: { low: 0, high: 0 }, limits: [], spent: [], holds: [] },
          ...{ gone: [], leave: false, ...more },
        },
        now,
      ),
  };
};

describe('every script, on a real server', () => {
  it('acquire answers with starts, with when to come back, or that it was not the time or the member for it', async () => {
    const { keys, acquire, heartbeat } = await account();
    expect(await acquire()).toEqual(['unknown', '1000000']);
    await heartbeat();
    expect(await acquire({ want: 2, most: 2 })).toEqual(['granted', '1000000', 0, 0, '60000', '0']);
    expect(await acquire({ first: 1, notAfter: 999_999 })).toEqual(['stale', '1000000']);
    // From its lease on and one window more, its slot is free.
    expect(await redis.run(zscore, [`${keys[0]}:slots:total`], ['a.0'])).toBe('11060000');
  });

  it('slots always end, also those of a process that died before its next heartbeat', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    const slots = [`${keys[0]}:slots:total`];
    await acquire();
    // As when the last ones ended long ago, but the account is still there.
    await redis.run(del, slots, []);
    await acquire({ first: 1 });
    expect(await redis.run(pttl, slots, [])).toBeGreaterThan(60_000);
  });

  it('heartbeat answers with the share, what is lost of the holds, and who is silent', async () => {
    const { heartbeat } = await account();
    expect(await heartbeat()).toEqual(['heard', '1000000', 0, 0, [], [], []]);
    expect(await heartbeat({ member: 'b', host: 'there:2' })).toEqual(['heard', '1000000', 0, 0, [], [], []]);
    const holds = [{ permit: 'a.0', budgets: [{ name: 'session', limit: 1, window: 0 }] }];
    const later = 1_000_000 + 2_500_000;
    expect(await heartbeat({ holds }, later)).toEqual(
      ['heard', String(later), 0, 1_000_000, ['a.0'], [['b', 'there:2']], []], // the whole line: nobody else is heard
    );
    expect(await heartbeat({ notAfter: later - 1 }, later)).toEqual(['stale', String(later)]);
    expect(await heartbeat({ member: 'stranger', again: true }, later)).toEqual(['unknown', String(later)]);
    expect(await heartbeat({ leave: true }, later)).toEqual(['heard', String(later), 0, 0, [], [], []]);
  });

  it('what another server wrote counts no more, but for its busy slots', async () => {
    const { keys, state, acquire, heartbeat } = await account();
    await heartbeat();
    await acquire();
    state.runId = 'run-2';
    const later = 2_000_000;
    expect(await acquire({ first: 1 }, later)).toEqual(['unknown', String(later)]);
    await heartbeat({}, later);
    // Until everything of before has drained: horizon, longest deadline and window.
    expect(await acquire({ first: 1 }, later)).toEqual(['granted', String(later), 1, 0, '10260000']);
    expect(await redis.run(zscore, [`${keys[0]}:slots:total`], ['a.0'])).toBe('11060000');
  });

  it('any number of callers that came once leave nothing behind', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    const roomy = { name: 'roomy', limit: 50_000, window: 1_000 };
    const callers = async (from: number, count: number, more: object = {}): Promise<void> => {
      const ask = (index: number) =>
        acquire({ lane: `a/${String(index)}`, flow: String(index), first: index, budgets: [roomy], ...more });
      const replies = await Promise.all(Array.from({ length: count }, (_each, index) => ask(from + index)));
      for (const reply of replies) expect(reply).toEqual(expect.arrayContaining(['granted', '-1']));
    };
    const fields = () => redis.run(hlen, keys.slice(0, 1), []);
    await callers(1, 100);
    const few = Number(await fields());
    await callers(101, 1_000);
    expect(await fields()).toBe(few);
    // And where somebody of their class always waits: debts of some hundred are kept.
    await acquire({ lane: 'a/waits', flow: 'waits', priority: 'backfill', want: 2, most: 2, first: 2_000 });
    await callers(3_000, 1_000, { priority: 'backfill' });
    expect(Number(await fields())).toBeLessThan(few + 300);
  });

  it('fields that earlier callers left behind are cleared away, however many', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    await redis.run(leaveTags, keys.slice(0, 1), [20_000]);
    expect(await acquire()).toEqual(['granted', '1000000', 0, 0, '-1', '0']);
    expect(Number(await redis.run(hlen, keys.slice(0, 1), []))).toBeLessThan(20);
  });

  it('thousands of answers and permits travel in one word', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    const wide = { name: 'wide', limit: 50_000, window: 1_000, units: 9_000 };
    expect(await acquire({ budgets: [wide] })).toEqual(['granted', '1000000', 0, 1, '-1', '0']);
    const permits = Array.from({ length: 9_000 }, (_each, index) => `a.${String(index)}`);
    const groups = [
      { budgets: [wide], permits: ['a.0'], ago: [0] },
      { budgets: [total], permits, ago: permits.map(() => 0) },
    ];
    expect(await run(ledgerScripts.complete, keys.slice(0, 1), [JSON.stringify({ groups }), '1000000'])).toBe(1);
    expect(await redis.run(zscore, [`${keys[0]}:slots:wide`], ['a.0+8999'])).toBe('1001000');
    const given = { permits: [{ permit: 'a.0', budgets: [wide] }] };
    expect(await run(ledgerScripts.cancel, keys.slice(0, 1), [JSON.stringify(given), '1000000'])).toBe(1);
    expect(await redis.run(exists, [`${keys[0]}:slots:wide`], [])).toBe(0);
  });

  it('complete and cancel are no-ops for permits and lanes that they do not know', async () => {
    const { keys } = await account();
    const groups = [{ budgets: [total], permits: ['stranger.0'], ago: [0] }];
    const permits = [{ permit: 'stranger.0', budgets: [total] }];
    expect(await run(ledgerScripts.complete, keys.slice(0, 1), [JSON.stringify({ groups }), ''])).toBe(1);
    expect(await run(ledgerScripts.cancel, keys.slice(0, 1), [JSON.stringify({ permits, lane: 'x/0' }), ''])).toBe(1);
    expect(await redis.run(exists, [`${keys[0]}:slots:total`], [])).toBe(0);
  });

  it('complete frees a slot one window after the answer, cancel at once', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    await acquire();
    const groups = [{ budgets: [total], permits: ['a.0'], ago: [5_000] }];
    await run(ledgerScripts.complete, keys.slice(0, 1), [JSON.stringify({ groups }), '1100000']);
    expect(await redis.run(zscore, [`${keys[0]}:slots:total`], ['a.0'])).toBe('1155000');
    const permits = [{ permit: 'a.0', budgets: [total] }];
    await run(ledgerScripts.cancel, keys.slice(0, 1), [JSON.stringify({ permits }), '1100000']);
    expect(await redis.run(exists, [`${keys[0]}:slots:total`], [])).toBe(0);
  });

  it('narrow answers with the new limit, or that this burst is known', async () => {
    const { keys } = await account();
    const narrow = (more: object) =>
      run(ledgerScripts.narrow, keys, [
        JSON.stringify({ budget: { ...total, limit: 20 }, ...more }),
        'run-1',
        '1000000',
      ]);
    expect(await narrow({})).toBe(17);
    expect(await narrow({})).toBe(-1);
    expect(await narrow({ told: 3 })).toBe(3);
  });

  it('snapshot answers with JSON, in milliseconds', async () => {
    const { keys, acquire, heartbeat } = await account();
    await heartbeat();
    await acquire({ want: 3, most: 3 });
    const reply = await run(ledgerScripts.snapshot, keys, ['{}', 'run-1', '1500000']);
    expect(JSON.parse(String(reply))).toEqual({
      budgets: [
        {
          ...{ name: 'total', windowMs: 60, configured: 1, inUse: 1, used: 1, cooling: 0, reserved: 0, heldForMs: 0 },
        },
      ],
      // Its turn was kept for 60 ms and the grace.
      lanes: {},
      members: [{ id: 'a', silentMs: 500, low: 0, high: 0 }],
    });
  });

  it('begin-issue lets one go, tells the rest how long to wait, and settle-issue frees only its own', async () => {
    const keys = [key('cooldown'), key('blessed'), key('epoch'), key('hold'), key('attempts')];
    await run(bless, [keys[1] ?? ''], []);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'me'])).toBe(-1);
    const wait = await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you']);
    expect(wait).toBeGreaterThan(4_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [0, 'you']);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you'])).toBeGreaterThan(4_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [0, 'me']);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you'])).toBe(-1);
  });

  it('begin-issue holds for no more than a cooldown when the clock of its server was set back', async () => {
    const keys = [key('cooldown'), key('blessed'), key('epoch'), key('hold'), key('attempts')];
    await run(bless, [keys[2] ?? ''], []);
    const hourMs = 3_600_000;
    await run(expire, [keys[3] ?? ''], [25 * hourMs]);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 100, 'me'])).toBeLessThanOrEqual(100);
    await expect.poll(() => run(vaultScripts.beginIssue, keys, ['run-1', 100, 'me'])).toBe(-1);
  });

  it('settle-issue never cuts the cooldown of somebody else short, for that one may be asking just now', async () => {
    const keys = [key('cooldown'), key('blessed'), key('epoch'), key('hold'), key('attempts')];
    const left = async (): Promise<number> => Number(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'him']));
    await run(bless, [keys[1] ?? ''], []);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you'])).toBe(-1);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [100, 'me']);
    expect(await left()).toBeGreaterThan(4_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [9_000, 'me']);
    expect(await left()).toBeGreaterThan(8_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [500, 'me']);
    expect(await left()).toBeLessThanOrEqual(500);
  });

  it('save compares the generation, read gives the fields, refuse stands beside them', async () => {
    const [record, refused, issues] = [key('record'), key('refused'), key('issues')];
    const save = (read: number, generation: number) =>
      run(vaultScripts.save, [record, refused, issues], [read, key('events'), 5_000, 'generation', generation]);
    expect(await save(0, 1)).toBe(1);
    expect(await save(0, 1)).toBe(0);
    expect(await run(vaultScripts.count, [issues], [Date.now() - 60_000, '+inf'])).toBe(1);
    expect(await run(vaultScripts.count, [issues], [Date.now() + 60_000, '+inf'])).toBe(0);
    expect(await run(vaultScripts.refuse, [refused, record], ['{}', 5_000, key('events'), 0])).toBe(0);
    expect(await run(vaultScripts.refuse, [refused, record], ['{}', 5_000, key('events'), 1])).toBe(1);
    expect(await run(vaultScripts.read, [record, refused], [])).toEqual([['generation', '1'], '{}']);
  });

  it('brings a script along that the server does not know yet', async () => {
    const unknown: Script = { name: 'unknown', keys: 0, lua: "return redis.call('PING')['ok']" };
    expect(await run({ ...unknown, lua: `${unknown.lua} -- ${freshKeyId()}` }, [], [])).toBe('PONG');
  });

  it('reports an error of the server as HUB_REDIS_REFUSED, without the arguments of the command', async () => {
    const broken: Script = { name: 'broken', keys: 0, lua: "return redis.call('NO-SUCH-COMMAND')" };
    const error: unknown = await run(broken, [], ['the secret argument']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'HUB_REDIS_REFUSED' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('the secret argument');
  });
});

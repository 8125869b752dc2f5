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

describe('every script, on a real server', () => {
  it('book grants a slot and tells how long to wait for the next', async () => {
    const keys = [key('blessed'), key('epoch'), key('hold'), key('slots')];
    const args = ['run-1', 'permit-1', 1_000_000, 200_000, 0, 1, 60_000];
    // No hold after a new epoch here: 0 µs.
    expect(await run(ledgerScripts.book, keys, args)).toEqual([1, 0]);
    expect(await run(ledgerScripts.book, keys, ['run-1', 'permit-2', ...args.slice(2)])).toEqual([0, 1_000, 0]);
  });

  it('complete and cancel are no-ops for a permit that they do not know', async () => {
    expect(await run(ledgerScripts.complete, [key('slots')], ['stranger', 60_000])).toBe(1);
    expect(await run(ledgerScripts.cancel, [key('slots')], ['stranger'])).toBe(1);
  });

  it('begin-issue lets one go, tells the rest how long to wait, and settle-issue frees only its own', async () => {
    const keys = [key('cooldown'), key('blessed'), key('epoch'), key('hold')];
    await run(vaultScripts.beginIssue, keys, ['run-1', 1, 'me']);
    await expect.poll(() => run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'me'])).toBe(-1);
    const wait = await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you']);
    expect(wait).toBeGreaterThan(4_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [0, 'you']);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you'])).toBeGreaterThan(4_000);
    await run(vaultScripts.settleIssue, keys.slice(0, 1), [0, 'me']);
    expect(await run(vaultScripts.beginIssue, keys, ['run-1', 5_000, 'you'])).toBe(-1);
  });

  it('save compares the generation, read gives the fields, refuse stands beside them', async () => {
    const [record, refused] = [key('record'), key('refused')];
    const save = (read: number, generation: number) =>
      run(vaultScripts.save, [record, refused], [read, key('events'), 5_000, 'generation', generation]);
    expect(await save(0, 1)).toBe(1);
    expect(await save(0, 1)).toBe(0);
    expect(await run(vaultScripts.refuse, [refused], ['{}', 5_000, key('events')])).toBe(1);
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

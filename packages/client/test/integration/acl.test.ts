import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';

import { redisUrls, startRedisServers } from '../../../../test/support/redis.js';
import type { Identity } from '../../src/vault/contract.js';
import { redlockTokenLock } from '../../src/vault/redis/token-lock.js';
import { redisTokenStore } from '../../src/vault/redis/token-store.js';
import { openStage, priceOf } from '../support/hub.js';
import { freshKeyId, portTo } from '../support/world.js';

/** The line of the guide, as words. */
const aclInGuide = (): string[] => {
  const guide = readFileSync(new URL('../../../../docs/guide/tokens.md', import.meta.url), 'utf8');
  const line = /^ACL SETUSER [^`]+/m.exec(guide)?.[0] ?? '';
  return line.split(/\s+/).filter((word) => word !== '');
};

/** A server of its own with the user of the guide, and its URL for that user. */
const openGuarded = async () => {
  const servers = await startRedisServers(1);
  const [url = ''] = servers.urls;
  const admin = new Redis(url);
  const [acl = '', ...words] = aclInGuide();
  await admin.call(acl, ...words);
  const userUrl = `${url}?username=hub&password=secret`;
  return {
    admin,
    userUrl,
    [Symbol.asyncDispose]: async () => {
      admin.disconnect();
      await servers[Symbol.asyncDispose]();
    },
  };
};

const refusal = { brokerCode: 'EGW00103', brokerMessage: '유효하지 않은', remedy: 'Check the key.' };

describe('the Redis user of the guide on tokens', () => {
  it('may do all that the vault and its lock do', async () => {
    await using guarded = await openGuarded();
    const redis = portTo('main', guarded.userUrl);
    const now = Date.now();
    const store = redisTokenStore({ redis, now: () => now, vaultKeys: [randomBytes(32)] });
    const identity: Identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
    const record = { token: 'token', expiresAt: now + 60_000, generation: 1, issuedBy: 'here:1', issuedAt: now };
    const heard: string[] = [];
    const unwatch = await store.watch(identity, () => heard.push('changed'));

    const release = await redlockTokenLock([redis]).tryAcquire(identity, 1_000);
    await release?.();
    expect(await store.beginIssue(identity, 50, 'an attempt')).toMatchObject({ kind: 'wait' });
    await expect.poll(() => store.beginIssue(identity, 50, 'an attempt')).toEqual({ kind: 'go' });
    await store.settleIssue(identity, 100, 'an attempt');
    await store.settleIssue(identity, 0, 'an attempt');
    await store.refuse(identity, refusal, 50, 0);
    expect(await store.save(identity, record, 0)).toBe(true);
    expect(await store.issuesSince(identity, now - 60_000)).toBe(1);
    expect(await store.attemptsBetween(identity, now - 60_000, now + 60_000)).toBe(1);
    await store.noteForeign(identity, { how: 'limit', seenAt: now, brokerMessage: '1분당 1회' });
    expect(await store.foreign(identity)).toMatchObject({ how: 'limit' });
    expect(await store.forget(identity, 1, 'digest')).toBe(true);
    await store.bury(identity, 2, now + 60_000);
    expect(await store.read(identity)).toMatchObject({ kind: 'dead', generation: 2 });
    await expect.poll(() => heard.length).toBe(4);
    unwatch();
    await redis.ping();
    await redis.close();
  });

  it('is enough for a hub that makes calls', async () => {
    await using guarded = await openGuarded();
    await guarded.admin.set('api:epoch', /^run_id:(\w+)/m.exec(await guarded.admin.info('server'))?.[1] ?? '');
    await using stage = await openStage();
    const hub = stage.hub({ redis: { main: guarded.userUrl, gatekeeper: redisUrls().gatekeeper } });
    const call = () => hub.kis.call('inquire-price', priceOf('005930'));
    expect(await call()).toMatchObject({ status: 200 });
    stage.sim.killTokens('expired');
    expect(await call()).toMatchObject({ status: 200 });
  });

  it.each([
    ['another key', ['GET', 'bull:calls:meta']],
    ['a key of the ledger', ['HGETALL', 'api:ratelimit:total:{kis:real:1}']],
    ['a list of keys', ['KEYS', '*']],
    ['an empty server', ['FLUSHALL']],
    ['the settings', ['CONFIG', 'GET', '*']],
    ['other users', ['ACL', 'LIST']],
    ['a channel of somebody else', ['PUBLISH', 'api:ratelimit:news', 'x']],
    ['a script that reaches out', ['EVAL', "return redis.call('GET', 'bull:calls:meta')", '0']],
  ])('may not ask for %s', async (_what, [command = '', ...args]) => {
    await using guarded = await openGuarded();
    const user = new Redis(guarded.userUrl);
    await expect(user.call(command, ...args)).rejects.toThrow(/NOPERM|permission|can't access/i);
    user.disconnect();
  });
});

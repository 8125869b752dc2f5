import { randomBytes } from 'node:crypto';

import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';

import { redisUrls, startRedisPair } from '../../../../test/support/redis.js';
import { keyIdOf, type Notice } from '../../src/index.js';
import { openStage, priceOf } from '../support/hub.js';

const price = priceOf('005930');

describe('a vault key', () => {
  it('keeps the token unreadable in Redis, for processes with the same key only', async () => {
    await using stage = await openStage();
    const vaultKey = randomBytes(32).toString('base64');
    await stage.hub({ vaultKey }).kis.call('inquire-price', price);
    await stage.hub({ vaultKey }).kis.call('inquire-price', price);
    expect(stage.sim.journal().tokenIssues.kis).toBe(1);
    const redis = new Redis(redisUrls().main);
    const record = await redis.hgetall(`api:token:{kis:real:${keyIdOf(stage.key.appKey)}}:rest`);
    redis.disconnect();
    expect(record.token).toMatch(/^gcm1\./);
    const others = [stage.hub({ vaultKey: randomBytes(32).toString('hex') }), stage.hub()];
    for (const other of others) {
      await expect(other.kis.call('inquire-price', price)).rejects.toMatchObject({ code: 'HUB_VAULT_KEY' });
    }
  });

  it('is changed while processes with the old one and the new one are at work', async () => {
    await using stage = await openStage();
    const [old, fresh] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
    await stage.hub({ vaultKey: old }).kis.call('inquire-price', price);
    // First every process learns to read the new key, then it becomes the one that closes, then the old one goes.
    await stage.hub({ vaultKey: old, vaultKeyAlso: fresh }).kis.call('inquire-price', price);
    await stage.hub({ vaultKey: fresh, vaultKeyAlso: old }).kis.call('inquire-price', price);
    expect(stage.sim.journal().tokenIssues.kis).toBe(1);
  });

  it('that comes later reads the record of before', async () => {
    await using stage = await openStage();
    await stage.hub().kis.call('inquire-price', price);
    await stage.hub({ vaultKey: randomBytes(32).toString('hex') }).kis.call('inquire-price', price);
    expect(stage.sim.journal().tokenIssues.kis).toBe(1);
  });
});

describe('the gatekeeper', () => {
  it('may be killed in the middle of a run: calls go on after the hold, without a breach', async () => {
    await using pair = await startRedisPair({ blessed: true });
    await using stage = await openStage({ network: 'calm' });
    const notices: Notice[] = [];
    const redis = { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl };
    const hub = stage.hub({ redis, redisConnectTimeoutMs: 500 }, { notify: (notice) => notices.push(notice) });
    const calls = Array.from({ length: 60 }, () => hub.kis.call('inquire-price', price));
    const answered = Promise.all(calls);
    answered.catch(() => undefined);
    await Promise.all(calls.slice(0, 20));
    await pair.killGatekeeper('SIGKILL');
    await expect.poll(() => notices.some(({ kind }) => kind === 'ledger-away'), { timeout: 5_000 }).toBe(true);
    await pair.restartGatekeeper();
    const answers = await answered;
    expect(answers.every(({ body }) => body.rt_cd === '0')).toBe(true);
    expect(notices.some(({ kind }) => kind === 'ledger-hold')).toBe(true);
    const { breaches, maxInWindow } = stage.sim.journal();
    expect(breaches).toBe(0);
    expect(maxInWindow).toBeLessThanOrEqual(18);
  });

  it('that was never there is named, with the variable to mend and without the password', async () => {
    await using stage = await openStage();
    const hub = stage.hub({
      redis: { main: redisUrls().main, gatekeeper: 'redis://:canary@127.0.0.1:1' },
      redisConnectTimeoutMs: 300,
    });
    await expect(hub.kis.call('inquire-price', price)).rejects.toMatchObject({
      code: 'HUB_REDIS_UNREACHABLE',
      message: 'The gatekeeper Redis (redis://***@127.0.0.1:1) cannot be reached',
      remedy: expect.stringContaining('REDIS_URL_GATEKEEPER'),
    });
  });
});

describe('closing', () => {
  it('ends calls that are under way and waiting, and a closed hub stays closed', async () => {
    await using stage = await openStage();
    stage.sim.faults.add({ kind: 'delay', ms: 4_000, match: { path: 'inquire-price' } });
    const hub = stage.hub({ kis: { perSecond: 1 } });
    const ended = Promise.allSettled([1, 2, 3].map(() => hub.kis.call('inquire-price', price)));
    await expect.poll(() => stage.sim.journal().tokenIssues.kis).toBe(1);
    const before = performance.now();
    await Promise.all([hub.close(), hub.close()]);
    for (const result of await ended) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/ABORTED|CLOSED/) } });
    }
    expect(performance.now() - before).toBeLessThan(3_000);
    await expect(hub.kis.call('inquire-price', price)).rejects.toMatchObject({ code: 'HUB_CLOSED' });
    await hub.close();
  });

  it('is quick although a server is away, and nobody waits for it any longer', async () => {
    await using stage = await openStage();
    const unreachable = { main: 'redis://127.0.0.1:1', gatekeeper: 'redis://127.0.0.1:1' };
    const hub = stage.hub({ redis: unreachable, redisConnectTimeoutMs: 30_000 });
    const call = expect(hub.kis.call('inquire-price', price)).rejects.toMatchObject({
      code: expect.stringMatching(/ABORTED|CLOSED|UNREACHABLE/),
    });
    const before = performance.now();
    await hub.close();
    await call;
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('of a hub that never made a call opens nothing', async () => {
    await using stage = await openStage();
    const open = process.getActiveResourcesInfo().length;
    await stage.hub().close();
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(open);
  });

  it('leaves as many sockets and timers as there were before', async () => {
    const count = (kind: string): number => process.getActiveResourcesInfo().filter((name) => name === kind).length;
    await using stage = await openStage();
    const before = count('TCPSocketWrap') + count('PipeWrap');
    const hub = stage.hub();
    await hub.kis.call('inquire-price', price);
    expect(count('TCPSocketWrap') + count('PipeWrap')).toBeGreaterThan(before);
    await hub.close();
    await expect.poll(() => count('TCPSocketWrap') + count('PipeWrap')).toBeLessThanOrEqual(before);
  });
});

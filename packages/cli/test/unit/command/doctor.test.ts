import { describe, expect, it } from 'vitest';

import { judgeToken } from '../../../src/command/doctor.js';
import { judgeRedis, type RedisFacts } from '../../../src/command/redis-health.js';

const sound: RedisFacts = { version: '7.0.15', runId: 'a', eviction: 'noeviction', appendOnly: true, skewMs: 3 };
const worst = (facts: Partial<RedisFacts>, role: 'main' | 'gatekeeper' = 'main') =>
  judgeRedis(role, { ...sound, ...facts }).at(-1);

describe('Redis health', () => {
  it('finds nothing wrong with a sound server', () => {
    expect(judgeRedis('main', sound)).toEqual([
      {
        check: 'redis main',
        level: 'ok',
        message: 'answers, version 7.0.15, its clock within 3 ms of ours',
        remedy: '',
      },
    ]);
  });

  it('calls eviction a problem', () => {
    expect(worst({ eviction: 'allkeys-lru' })).toMatchObject({
      level: 'problem',
      message: expect.stringMatching(/allkeys-lru/),
    });
  });

  it('warns of a main server without a log, and of that only', () => {
    expect(worst({ appendOnly: false })).toMatchObject({ level: 'warning' });
    expect(worst({ appendOnly: false }, 'gatekeeper')).toMatchObject({ level: 'ok' });
  });

  it.each([
    [2_500, 'its clock is 3 s ahead of ours'],
    [-90_000, 'its clock is 1 min 30 s behind ours'],
  ])('warns of a clock that is %i ms off', (skewMs, message) => {
    expect(worst({ skewMs })).toMatchObject({ level: 'warning', message });
  });
});

describe('token', () => {
  const now = Date.UTC(2026, 10, 23, 3);
  const record = {
    ...{
      account: 'kis:real:1',
      purpose: 'rest' as const,
      issuesToday: 1,
      generation: 2,
      issuedBy: 'host:7',
      issuedAt: now - 60_000,
      renewsAt: now,
    },
  } as const;

  it('tells how good it is, without the token', () => {
    const finding = judgeToken({ ...record, state: 'present', expiresAt: now + 3_600_000 }, now);
    expect(finding).toMatchObject({
      level: 'ok',
      message: 'kis: good until 2026-11-23 13:00 KST, issued 1 min 00 s ago by host:7 (generation 2)',
    });
  });

  it('of one of several keys names it', () => {
    expect(
      judgeToken({ account: 'kis:real:1', purpose: 'rest', issuesToday: 0, state: 'none' }, now, { several: true })
        .message,
    ).toBe('kis, key 1: none yet, the first call asks for one');
  });

  it('says that an expired one renews itself', () => {
    expect(judgeToken({ ...record, state: 'present', expiresAt: now - 1 }, now).level).toBe('warning');
  });

  it('keeps the Korean text of a refusal', () => {
    const account = 'kis:real:1';
    const brokerMessage = '유효하지 않은 AppKey입니다.';
    const finding = judgeToken(
      { account, purpose: 'rest', issuesToday: 0, state: 'refused', brokerCode: 'EGW00103', brokerMessage },
      now,
    );
    expect(finding).toMatchObject({ level: 'problem', message: expect.stringMatching(/EGW00103 유효하지 않은/) });
  });
});

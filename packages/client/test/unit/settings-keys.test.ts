import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { kisCatalogue } from '../../src/broker/kis/catalogue.js';
import { kiwoomCatalogue } from '../../src/broker/kiwoom/catalogue.js';
import { routesOf } from '../../src/hub/route.js';
import { keyIdOf, settingsOf, type DirectSettings } from '../../src/hub/settings.js';
import type { HubOptions } from '../../src/index.js';

const redis = { main: 'redis://127.0.0.1:6379', gatekeeper: 'unix:///run/gatekeeper.sock' };
const kis = { appKey: 'PSkey-canary', appSecret: 'secret-canary' };
const kiwoom = { appKey: 'kiwoom-key-canary', secretKey: 'kiwoom-secret-canary' };
const good: HubOptions = { redis, kis };

/** The error of settings that do not hold. */
const problem = (options: unknown, env: Record<string, string> = {}) => {
  try {
    settingsOf(options as HubOptions, env);
  } catch (error) {
    return error as { code: string; problems: readonly string[]; message: string; remedy: string };
  }
  throw new Error('these settings were taken');
};

describe('several keys', () => {
  const one = { appKey: 'PSkey-one-canary', appSecret: 'secret-one-canary', account: '11111111-01' };
  const two = { appKey: 'PSkey-two-canary', appSecret: 'secret-two-canary' };
  const keys = [one, two];

  it('stand in a list, each with its own name', () => {
    expect(settingsOf({ redis, kis: { keys } }, {})).toMatchObject({
      kis: {
        perSecond: 18,
        keys: [
          { ...one, keyId: keyIdOf(one.appKey) },
          { ...two, keyId: keyIdOf(two.appKey) },
        ],
      },
    });
    const pair = { appKey: 'other', secretKey: 'other-secret' };
    const { kiwoom: settings } = settingsOf({ redis, kiwoom: { keys: [kiwoom, pair] } }, {}) as DirectSettings;
    expect(settings?.keys.map(({ keyId }) => keyId)).toEqual([keyIdOf(kiwoom.appKey), keyIdOf('other')]);
  });

  it('come from the environment as JSON', () => {
    const env = { HUB_KIS_KEYS: JSON.stringify(keys), HUB_KIWOOM_KEYS: JSON.stringify([kiwoom]) };
    expect(settingsOf({ redis }, env)).toMatchObject({ kis: { keys }, kiwoom: { keys: [kiwoom] } });
  });

  it('given as options in one form are not mixed with the other form of the environment', () => {
    const pair = { HUB_KIS_APP_KEY: 'env', HUB_KIS_APP_SECRET: 'env', HUB_KIS_ACCOUNT: '12345678-01' };
    expect(settingsOf({ redis, kis: { keys } }, pair)).toMatchObject({ kis: { keys } });
    expect(settingsOf(good, { HUB_KIS_KEYS: JSON.stringify(keys) })).toMatchObject({ kis: { keys: [kis] } });
  });

  it.each([
    [
      'both forms',
      { keys, ...kis },
      ['kis.appKey (HUB_KIS_APP_KEY): is set beside', 'kis.appSecret (HUB_KIS_APP_SECRET)'],
    ],
    ['an account beside the list', { keys, account: '12345678-01' }, ['kis.account (HUB_KIS_ACCOUNT): is set beside']],
    ['one key twice', { keys: [one, two, one] }, ['kis.keys.2.appKey (HUB_KIS_KEYS): is there twice']],
    ['no key at all', { keys: [] }, ['kis.keys (HUB_KIS_KEYS): must not be empty']],
    ['half a key', { keys: [one, { appKey: 'x' }] }, ['kis.keys.1.appSecret (HUB_KIS_KEYS) is missing']],
    ['a key in a wrong place', { keys: [{ ...one, 'canary-key': 'x' }] }, ['kis.keys.0 (HUB_KIS_KEYS) has an option']],
    ['no list', { keys: 'canary' }, ['kis.keys (HUB_KIS_KEYS): must be a list of keys']],
    ['a day that is none', { ...kis, newSince: '2026-02-31' }, ['kis.newSince (HUB_KIS_NEW_SINCE): must be a day']],
    ['all of it left to others', { ...kis, headroom: 1 }, ['kis.headroom (HUB_KIS_HEADROOM): must be below 1']],
  ])('are refused with %s', (_what, options, starts) => {
    const error = problem({ redis, kis: options });
    expect(error.problems).toHaveLength(starts.length);
    for (const [index, start] of starts.entries()) {
      expect(error.problems[index]?.slice(0, start.length)).toBe(start);
    }
    expect(inspect(error, { depth: 10 })).not.toContain('canary');
  });

  it.each(['[{"appKey":"canary', '{"canary":"canary"}', 'canary:canary,canary:canary'])(
    'are refused when they are no list, without being quoted: %s',
    (text) => {
      const error = problem({ redis }, { HUB_KIS_KEYS: text });
      expect(error.problems).toEqual([expect.stringMatching(/^kis\.keys \(HUB_KIS_KEYS\): must be a list of keys/)]);
      expect(inspect(error, { depth: 10 })).not.toContain('canary');
    },
  );
});

describe('limits', () => {
  const limitsOf = (options: HubOptions, env: Record<string, string> = {}): DirectSettings =>
    settingsOf({ redis, ...options }, env) as DirectSettings;

  it('leave a share to others, of published figures and of those that are set', () => {
    expect(limitsOf({ kis: { ...kis, headroom: 0.2 } }).kis).toMatchObject({ perSecond: 14 });
    expect(limitsOf({ kis: { ...kis, headroom: 0.1, perSecond: 10, perMinute: 100 } }).kis).toMatchObject({
      perSecond: 9,
      perMinute: 90,
    });
    expect(limitsOf({ kiwoom }, { HUB_KIWOOM_HEADROOM: '0.2' }).kiwoom).toMatchObject({
      perSecond: 4,
      totalPerSecond: 16,
    });
    expect(limitsOf({ kis: { ...kis, environment: 'paper', headroom: 0.9 } }).kis).toMatchObject({ perSecond: 1 });
  });

  it('of a new key are smaller for three days of KST, its own day first', () => {
    const fresh = { perSecond: 3, untilMs: Date.parse('2026-11-26T00:00:00+09:00') };
    expect(limitsOf({ kis }, { HUB_KIS_NEW_SINCE: '2026-11-23' }).kis?.keys[0]).toMatchObject({ fresh });
    expect(limitsOf({ kis: { ...kis, newSince: '2026-11-23', perSecond: 2 } }).kis?.keys[0]?.fresh?.perSecond).toBe(2);
    const keys = [
      { ...kis, newSince: '2026-11-23' },
      { appKey: 'old-key', appSecret: 'old-secret' },
    ];
    expect(limitsOf({ kis: { keys } }).kis?.keys.map((key) => key.fresh)).toEqual([fresh, undefined]);
    const paper = { ...kis, environment: 'paper', newSince: '2026-11-23' } as const;
    expect(limitsOf({ kis: paper }).kis?.keys[0]?.fresh).toBeUndefined();
  });

  it('reach the ledger: per second, per minute, per id', () => {
    const settings = limitsOf({ kis: { ...kis, newSince: '2026-11-23', perMinute: 100 }, kiwoom });
    const [kisRoute, kiwoomRoute] = routesOf(settings);
    const kisBudgets = (now: string) =>
      kisRoute?.broker.budgets(kisRoute.keys[0]?.rates(Date.parse(now)) ?? { total: 0 }, kisCatalogue['inquire-price']);
    const minute = { name: 'total/min', limit: 100, windowMs: 60_000 };
    expect(kisBudgets('2026-11-25T23:59:59+09:00')).toEqual([{ name: 'total', limit: 3, windowMs: 1_000 }, minute]);
    expect(kisBudgets('2026-11-26T00:00:00+09:00')).toEqual([{ name: 'total', limit: 18, windowMs: 1_000 }, minute]);
    expect(kisRoute?.broker.budgets({ total: 18, perMinute: 100 })).toEqual([
      { name: 'total', limit: 18, windowMs: 1_000 },
    ]);
    expect(kiwoomRoute?.broker.budgets(kiwoomRoute.keys[0]?.rates(0) ?? { total: 0 }, kiwoomCatalogue.ka10001)).toEqual(
      [
        { name: 'total', limit: 20, windowMs: 1_000 },
        { name: 'tr:ka10001', limit: 5, windowMs: 1_000 },
      ],
    );
  });
});

import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createHub } from '../../src/index.js';
import { isLoopback, keyIdOf, settingsOf } from '../../src/hub/settings.js';
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

describe('settings', () => {
  it('have defaults for everything but keys and servers', () => {
    expect(settingsOf(good, {})).toMatchObject({
      mode: 'direct',
      timeoutMs: 5_000,
      retries: 4,
      renewBeforeMs: 600_000,
      kis: {
        environment: 'real',
        baseUrl: 'https://openapi.koreainvestment.com:9443',
        perSecond: 18,
        tokenCooldownMs: 61_000,
        keyCooldownMs: 60_000,
        perMinute: undefined,
        hashKey: false,
        keys: [{ ...kis, keyId: keyIdOf(kis.appKey), fresh: undefined }],
      },
      kiwoom: undefined,
    });
  });

  it('of Kiwoom have its words and its defaults', () => {
    expect(settingsOf({ redis, kiwoom }, {})).toMatchObject({
      kis: undefined,
      kiwoom: {
        environment: 'real',
        baseUrl: 'https://api.kiwoom.com',
        perSecond: 5,
        totalPerSecond: 20,
        tokenCooldownMs: 60_000,
        keys: [{ ...kiwoom, keyId: keyIdOf(kiwoom.appKey) }],
      },
    });
    expect(settingsOf({ redis, kiwoom: { ...kiwoom, environment: 'paper' } }, {})).toMatchObject({
      kiwoom: { baseUrl: 'https://mockapi.kiwoom.com', perSecond: 1 },
    });
  });

  it('of the look before the opening are a time in KST, an hour and more before it or a minute, or off', () => {
    const lead = (time?: string) => settingsOf(good, time === undefined ? {} : { HUB_REALTIME_PREOPEN: time });
    expect(lead()).toMatchObject({ realtimePreopen: 600_000 });
    expect(lead('08:59')).toMatchObject({ realtimePreopen: 60_000 });
    expect(lead('07:30')).toMatchObject({ realtimePreopen: 5_400_000 });
    expect(lead('off')).toMatchObject({ realtimePreopen: undefined });
    for (const time of ['09:00', '8:50', '08:60', 'soon']) {
      expect(problem(good, { HUB_REALTIME_PREOPEN: time }).problems).toEqual([
        'realtimePreopen (HUB_REALTIME_PREOPEN): must be a time before 09:00 like 08:50, or off',
      ]);
    }
  });

  it('of the circuit come from the environment, and have defaults', () => {
    const env = { HUB_CIRCUIT_FAILURES: '0', HUB_CIRCUIT_PAUSE_MS: '700', HUB_CIRCUIT_LONGEST_PAUSE_MS: '9000' };
    const usual = { circuitFailures: 10, circuitPauseMs: 5_000, circuitLongestPauseMs: 60_000 };
    expect(settingsOf(good, {})).toMatchObject(usual);
    const set = { circuitFailures: 0, circuitPauseMs: 700, circuitLongestPauseMs: 9_000 };
    expect(settingsOf(good, env)).toMatchObject(set);
    expect(problem({ ...good, circuitFailures: -1 }, {}).problems).toEqual([
      'circuitFailures (HUB_CIRCUIT_FAILURES): must be at least 0',
    ]);
  });

  describe('of the servers that vote on a lock', () => {
    const urls = (count: number): string =>
      Array.from({ length: count }, (_, index) => `redis://lock-${String(index)}:6379`).join(', ');
    const withUrls = (text: string) => ({ HUB_LOCK_URLS: text });

    it.each([3, 5])('take %i', (count) => {
      expect(settingsOf(good, withUrls(urls(count)))).toMatchObject({ lockUrls: urls(count).split(', ') });
    });

    it.each([1, 2, 4])('refuse %i and name the variable', (count) => {
      expect(problem(good, withUrls(urls(count)))).toMatchObject({
        code: 'HUB_CONFIG',
        problems: ['lockUrls (HUB_LOCK_URLS): must be an odd number of servers, three or more'],
      });
    });

    it('refuse one that is named twice, and what is no URL', () => {
      expect(problem(good, withUrls(`${urls(2)}, redis://lock-0:6379`)).problems).toEqual([
        'lockUrls (HUB_LOCK_URLS): names a server twice',
      ]);
      expect(problem(good, withUrls(`${urls(2)}, lock-2`)).problems).toEqual([
        'lockUrls.2 (HUB_LOCK_URLS): must start with redis://, rediss:// or unix://',
      ]);
    });
  });

  it('of both brokers come from one environment', () => {
    const env = {
      HUB_KIS_APP_KEY: 'kis-key',
      HUB_KIS_APP_SECRET: 'kis-secret',
      HUB_KIWOOM_APP_KEY: 'kiwoom-key',
      HUB_KIWOOM_SECRET_KEY: 'kiwoom-secret',
      HUB_KIWOOM_ENV: 'paper',
      HUB_KIWOOM_BASE_URL: 'http://127.0.0.1:9444',
      HUB_KIWOOM_PER_SECOND: '3',
      HUB_KIWOOM_TOTAL_PER_SECOND: '9',
      HUB_KIWOOM_TOKEN_COOLDOWN_MS: '700',
    };
    expect(settingsOf({ redis }, env)).toMatchObject({
      kis: { keys: [{ appKey: 'kis-key', appSecret: 'kis-secret' }] },
      kiwoom: {
        keys: [{ appKey: 'kiwoom-key', secretKey: 'kiwoom-secret' }],
        environment: 'paper',
        baseUrl: env.HUB_KIWOOM_BASE_URL,
        perSecond: 3,
        totalPerSecond: 9,
        tokenCooldownMs: 700,
      },
    });
  });

  it('with half a key pair of one broker are refused, though the other one is complete', () => {
    expect(problem(good, { HUB_KIWOOM_APP_KEY: 'kiwoom-key' }).problems).toEqual([
      'kiwoom.secretKey (HUB_KIWOOM_SECRET_KEY) is missing',
    ]);
  });

  it('of a broker without a key do not make it one that is used', () => {
    expect(settingsOf(good, { HUB_KIWOOM_BASE_URL: 'http://127.0.0.1:9444' })).toMatchObject({ kiwoom: undefined });
  });

  it('of paper trading point to the paper host', () => {
    expect(settingsOf({ redis, kis: { ...kis, environment: 'paper' } }, {})).toMatchObject({
      kis: { baseUrl: 'https://openapivts.koreainvestment.com:29443', perSecond: 1 },
    });
  });

  it('come from the environment where no option is given, and options win', () => {
    const env = {
      REDIS_URL: 'redis://main.example:6379',
      REDIS_URL_GATEKEEPER: 'rediss://gate.example:6380',
      HUB_KIS_APP_KEY: 'from-env',
      HUB_KIS_APP_SECRET: 'secret-from-env',
      HUB_KIS_ENV: 'paper',
      HUB_KIS_BASE_URL: 'http://127.0.0.1:9443',
      HUB_KIS_ACCOUNT: '12345678-01',
      HUB_KIS_PER_SECOND: '7',
      HUB_KIS_TOKEN_COOLDOWN_MS: '500',
    };
    expect(settingsOf({ kis: { perSecond: 3 } }, env)).toMatchObject({
      redis: { main: env.REDIS_URL, gatekeeper: env.REDIS_URL_GATEKEEPER },
      kis: {
        keys: [{ appKey: 'from-env', account: '12345678-01' }],
        environment: 'paper',
        baseUrl: env.HUB_KIS_BASE_URL,
        perSecond: 3,
        tokenCooldownMs: 500,
      },
    });
  });

  it('list every problem in one HUB_CONFIG, by name and variable', () => {
    const error = problem({
      retries: -1,
      timeoutMs: 60_000,
      renewBeforeMs: 20 * 3_600_000,
      retryz: 3,
      kis: { perSecond: 0, accounts: 'x' },
    });
    expect(error.code).toBe('HUB_CONFIG');
    for (const name of [
      'redis.main (REDIS_URL) is missing',
      'redis.gatekeeper (REDIS_URL_GATEKEEPER) is missing',
      'kis.appKey (HUB_KIS_APP_KEY) is missing',
      'kis.appSecret (HUB_KIS_APP_SECRET) is missing',
      'kis.perSecond (HUB_KIS_PER_SECOND): must be at least 1',
      'unknown option kis.accounts',
      'unknown option retryz',
      'retries',
      'timeoutMs: must be at most 10000',
      'renewBeforeMs: must be at most 21600000',
    ]) {
      expect(
        error.problems.some((text) => text.startsWith(name)),
        name,
      ).toBe(true);
    }
    expect(error.remedy).toContain('REDIS_URL');
  });

  it.each([
    { what: 'an empty key', options: { redis, kis: { ...kis, appKey: ' ' } }, env: {} },
    { what: 'a wrong account', options: { redis, kis: { ...kis, account: '1234' } }, env: {} },
    { what: 'a wrong host', options: { redis, kis: { ...kis, baseUrl: 'ftp://x' } }, env: {} },
    { what: 'a host with a path', options: { redis, kis: { ...kis, baseUrl: 'http://127.0.0.1:1/sim' } }, env: {} },
    { what: 'a host with a user', options: { redis, kis: { ...kis, baseUrl: 'http://u:p@127.0.0.1:1' } }, env: {} },
    { what: 'a wrong Redis URL', options: { redis: { ...redis, main: 'http://x' }, kis }, env: {} },
    { what: 'a Redis URL that is none', options: { redis: { ...redis, main: 'redis://%%%' }, kis }, env: {} },
    { what: 'a bare % in a password', options: { redis: { ...redis, main: 'redis://:a%zz@x' }, kis }, env: {} },
    { what: 'words in place of a URL', options: { redis: { ...redis, main: 'my redis' }, kis }, env: {} },
    { what: 'a number that is none', options: good, env: { HUB_KIS_PER_SECOND: 'many' } },
    { what: 'an unknown environment', options: good, env: { HUB_KIS_ENV: 'demo' } },
    { what: 'an unknown mode', options: good, env: { HUB_MODE: 'remote' } },
  ])('refuse $what', ({ options, env }) => {
    expect(problem(options, env).problems).toHaveLength(1);
  });

  it.each(['many', '1.5', '0', '1000'])('tell a wrong number (%s) from a missing one', (perSecond) => {
    const [text] = problem(good, { HUB_KIS_PER_SECOND: perSecond }).problems;
    expect(text).toMatch(/^kis\.perSecond \(HUB_KIS_PER_SECOND\): (?!.*missing)/);
  });

  const key = Buffer.alloc(32, 7);
  it.each([key.toString('hex'), key.toString('hex').toUpperCase(), key.toString('base64'), key.toString('base64url')])(
    'take the vault key %s',
    (vaultKey) => {
      expect(settingsOf({ ...good, vaultKey }, {})).toMatchObject({ vaultKey: key });
    },
  );

  it.each(['', 'short', key.toString('hex').slice(1), `${key.toString('base64').slice(0, 20)} !`, '!'.repeat(43)])(
    'refuse the vault key %j without quoting it',
    (vaultKey) => {
      const error = problem({ ...good, vaultKey });
      expect(error.problems).toEqual(['vaultKey (HUB_VAULT_KEY): must be 32 bytes, as 64 hex digits or base64']);
      expect(problem({ ...good, vaultKeyAlso: '11'.repeat(32) }).problems).toEqual([
        'vaultKeyAlso (HUB_VAULT_KEY_ALSO): goes with vaultKey (HUB_VAULT_KEY), which is not set',
      ]);
    },
  );

  it('never show a secret in their errors', () => {
    const error = problem({
      ...good,
      redis: { main: 'http://user:password-canary@x', gatekeeper: 'redis://:canary%@x' },
      vaultKey: 'vault-canary',
      kis: { ...kis, account: 'account-canary', environment: 'environment-canary', perSecond: 'canary' },
    });
    expect(error.problems.length).toBeGreaterThan(3);
    expect(inspect(error, { depth: 10 })).not.toContain('canary');
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  it('are checked by createHub, which opens nothing', () => {
    expect(() => createHub({}, { env: {} })).toThrow(expect.objectContaining({ code: 'HUB_CONFIG' }));
    expect(createHub(good, { env: {} }).brokers).toEqual(['kis']);
    expect(createHub({ ...good, kiwoom }, { env: {} }).brokers).toEqual(['kis', 'kiwoom']);
  });
});

describe('callers', () => {
  const env = { HUB_CALLER: 'collector 1', HUB_CALLER_WEIGHTS: '{"collector 1": 3, "notebook": 0.5}' };
  const callerWeights = { 'collector 1': 3, notebook: 0.5 };

  it('come from the options or from the environment, their weights as JSON', () => {
    expect(settingsOf(good, env)).toMatchObject({ caller: 'collector 1', callerWeights });
    expect(settingsOf({ ...good, caller: '노트북', callerWeights }, {})).toMatchObject({
      caller: '노트북',
      callerWeights,
    });
    expect(settingsOf(good, {})).not.toHaveProperty('caller');
  });

  it('travel in service mode; their weights are the worker’s', () => {
    const settings = settingsOf({ mode: 'service', redis: { main: redis.main } }, env);
    expect(settings).toMatchObject({ caller: 'collector 1' });
    expect(settings).not.toHaveProperty('callerWeights');
  });

  it.each([
    [{ caller: 'a\tb' }, {}, 'caller (HUB_CALLER): must be 1 to 64 printable characters'],
    [{}, { HUB_CALLER: ' ' }, 'caller (HUB_CALLER): must be 1 to 64 printable characters'],
    [{}, { HUB_CALLER: 'x'.repeat(65) }, 'caller (HUB_CALLER): must be 1 to 64 printable characters'],
    [{ callerWeights: { a: 0 } }, {}, 'callerWeights.a (HUB_CALLER_WEIGHTS): must be above 0 and at most 1000'],
    [{ callerWeights: { a: 1_001 } }, {}, 'callerWeights.a (HUB_CALLER_WEIGHTS): must be above 0 and at most 1000'],
    [
      { callerWeights: { '': 1 } },
      {},
      'callerWeights (HUB_CALLER_WEIGHTS): names must be 1 to 64 printable characters',
    ],
    [
      {},
      { HUB_CALLER_WEIGHTS: 'a=3' },
      'callerWeights (HUB_CALLER_WEIGHTS): must be weights by caller, like {"collector": 3}',
    ],
    [
      {},
      { HUB_CALLER_WEIGHTS: '[3]' },
      'callerWeights (HUB_CALLER_WEIGHTS): must be weights by caller, like {"collector": 3}',
    ],
  ])('%j with %j is HUB_CONFIG', (options, environment, text) => {
    const error = problem({ ...good, ...options }, environment);
    expect(error).toMatchObject({ code: 'HUB_CONFIG', problems: [text] });
  });
});

describe('loopback', () => {
  it.each(['http://127.0.0.1:9443', 'http://127.1.2.3', 'http://localhost:1', 'http://[::1]:9443', 'http://LOCALHOST'])(
    'is %s',
    (url) => {
      expect(isLoopback(url)).toBe(true);
    },
  );

  it.each([
    'https://openapi.koreainvestment.com:9443',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://user:127.0.0.1@example.com',
  ])('is not %s', (url) => {
    expect(isLoopback(url)).toBe(false);
  });
});

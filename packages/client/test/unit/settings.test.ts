import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createHub } from '../../src/index.js';
import { isLoopback, keyIdOf, settingsOf, type HubOptions } from '../../src/hub/settings.js';

const redis = { main: 'redis://127.0.0.1:6379', gatekeeper: 'unix:///run/gatekeeper.sock' };
const kis = { appKey: 'PSkey-canary', appSecret: 'secret-canary' };
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
    const settings = settingsOf(good, {});
    expect(settings).toMatchObject({ timeoutMs: 5_000, retries: 4, renewBeforeMs: 600_000 });
    expect(settings.kis).toMatchObject({
      environment: 'real',
      baseUrl: 'https://openapi.koreainvestment.com:9443',
      tokenCooldownMs: 61_000,
      keyId: keyIdOf(kis.appKey),
    });
  });

  it('of paper trading point to the paper host', () => {
    const settings = settingsOf({ redis, kis: { ...kis, environment: 'paper' } }, {});
    expect(settings.kis.baseUrl).toBe('https://openapivts.koreainvestment.com:29443');
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
        appKey: 'from-env',
        environment: 'paper',
        baseUrl: env.HUB_KIS_BASE_URL,
        account: '12345678-01',
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
      expect(settingsOf({ ...good, vaultKey }, {}).vaultKey).toEqual(key);
    },
  );

  it.each(['', 'short', key.toString('hex').slice(1), `${key.toString('base64').slice(0, 20)} !`, '!'.repeat(43)])(
    'refuse the vault key %j without quoting it',
    (vaultKey) => {
      const error = problem({ ...good, vaultKey });
      expect(error.problems).toEqual(['vaultKey (HUB_VAULT_KEY): must be 32 bytes, as 64 hex digits or base64']);
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
    expect(createHub(good, { env: {} }).keyId).toBe(keyIdOf(kis.appKey));
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

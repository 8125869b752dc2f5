import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { settingsOf } from '../../src/hub/settings.js';
import type { HubOptions } from '../../src/index.js';

const redis = { main: 'redis://127.0.0.1:6379', gatekeeper: 'unix:///run/gatekeeper.sock' };
const kis = { appKey: 'PSkey-canary', appSecret: 'secret-canary' };

/** The error of settings that do not hold. */
const problem = (options: unknown, env: Record<string, string> = {}) => {
  try {
    settingsOf(options as HubOptions, env);
  } catch (error) {
    return error as { code: string; problems: readonly string[]; message: string; remedy: string };
  }
  throw new Error('these settings were taken');
};

describe('service mode', () => {
  const service: HubOptions = { mode: 'service', redis: { main: redis.main } };

  it('needs the main server alone', () => {
    expect(settingsOf(service, {})).toMatchObject({ mode: 'service', redis: { main: redis.main } });
    expect(settingsOf({}, { HUB_MODE: 'service', REDIS_URL: redis.main })).toMatchObject({ mode: 'service' });
    expect(problem({ mode: 'service' }).problems).toEqual(['redis.main (REDIS_URL) is missing']);
  });

  it('leaves the timeout of an attempt to the worker unless it is given one, and what only matters there out', () => {
    expect(settingsOf(service, {})).not.toHaveProperty('timeoutMs');
    expect(settingsOf({ ...service, timeoutMs: 700 }, {})).toMatchObject({ timeoutMs: 700 });
    const circuit = { circuitFailures: 3, circuitPauseMs: 100, circuitLongestPauseMs: 200 };
    const settings = settingsOf({ ...service, ...circuit, retries: 2, renewBeforeMs: 1_000 }, {});
    for (const name of Object.keys(circuit)) expect(settings).not.toHaveProperty(name);
    expect(settings).not.toHaveProperty('retries');
    expect(settings).not.toHaveProperty('renewBeforeMs');
    const feeds = { HUB_REALTIME_GRACE_MS: '100', HUB_REALTIME_PREOPEN: '08:40' };
    expect(settingsOf(service, feeds)).not.toHaveProperty('realtimeGraceMs');
  });

  it('refuses every secret, given or in the environment, without showing it', () => {
    const env = {
      HUB_KIWOOM_SECRET_KEY: 'canary',
      HUB_VAULT_KEY: 'canary',
      HUB_VAULT_KEY_ALSO: 'canary',
      HUB_KEYS_FILE: '/canary',
      HUB_CALLER_KEY: 'canary',
    };
    const error = problem({ ...service, kis }, env);
    expect(error.code).toBe('HUB_CONFIG');
    expect(error.problems.map((text) => text.split(' ')[0])).toEqual([
      'kis.appKey',
      'kis.appSecret',
      'kiwoom.secretKey',
      'vaultKey',
      'vaultKeyAlso',
      'callerKey',
      'keysFile',
    ]);
    expect(inspect(error, { depth: 10 })).not.toContain('canary');
  });

  it('refuses lists of keys too, in either form and together with the other one', () => {
    const env = { HUB_KIS_APP_SECRET: 'canary', HUB_KIWOOM_KEYS: '[{"appKey":"canary"' };
    const error = problem({ ...service, kis: { keys: [kis] } }, env);
    expect(error.problems.map((text) => text.split(' ')[0])).toEqual(['kis.appSecret', 'kis.keys', 'kiwoom.keys']);
    expect(inspect(error, { depth: 10 })).not.toContain('canary');
  });
});

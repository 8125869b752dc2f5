import { describe, expect, it } from 'vitest';

import { checkBackfill, type BackfillFlags } from '../../../src/command/backfill-request.js';
import { UsageInvalid } from '../../../src/error/index.js';

const now = Date.UTC(2026, 10, 23, 3);
const servers = { REDIS_URL: 'redis://a', REDIS_URL_GATEKEEPER: 'redis://b' };
const keys = { HUB_KIS_APP_KEY: 'app-key', HUB_KIS_APP_SECRET: 'app-secret' };
const flags: BackfillFlags = {
  broker: 'kis',
  symbols: '005930,000660',
  interval: '1m',
  venue: 'KRX',
  from: '2026-11-02',
  to: '2026-11-06',
  db: 'market.duckdb',
};

const check = (
  change: Partial<BackfillFlags> = {},
  env: Record<string, string> = { ...servers, ...keys },
  leftover: string[] = [],
) => checkBackfill({ ...flags, ...change }, leftover, env, now);

const refusal = (...args: Parameters<typeof check>): UsageInvalid => {
  try {
    check(...args);
  } catch (error) {
    if (error instanceof UsageInvalid) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a sound request', () => {
  it('is taken as it is typed', () => {
    expect(check().request).toEqual({
      broker: 'kis',
      symbols: ['005930', '000660'],
      venue: 'KRX',
      interval: '1m',
      from: '2026-11-02',
      to: '2026-11-06',
    });
  });

  it('may have blanks and repetitions in the list of symbols', () => {
    expect(check({ symbols: ' 005930, 000660,005930,' }).request.symbols).toEqual(['005930', '000660']);
  });
});

describe('the broker', () => {
  const kiwoom = { HUB_KIWOOM_APP_KEY: 'app-key', HUB_KIWOOM_SECRET_KEY: 'secret-key' };

  it.each([
    ['the one that is named', 'kiwoom', { ...keys, ...kiwoom }, { broker: 'kiwoom' }],
    ['the only one that is set up', undefined, kiwoom, { broker: 'kiwoom' }],
    ['the only one that is set up, also as auto', 'auto', keys, { broker: 'kis' }],
    ['both, with their quotas', undefined, { ...keys, ...kiwoom }, { broker: 'auto', rates: { kis: 18, kiwoom: 5 } }],
    ['both as set', 'auto', { ...keys, ...kiwoom, HUB_KIWOOM_PER_SECOND: '3' }, { rates: { kis: 18, kiwoom: 3 } }],
    [
      'both, each with the quota of all its keys',
      undefined,
      {
        HUB_KIS_KEYS: JSON.stringify([
          { appKey: 'one', appSecret: 's', newSince: '2000-01-01' },
          { appKey: 'two', appSecret: 's', newSince: '2999-01-01' },
        ]),
        HUB_KIWOOM_KEYS: JSON.stringify([
          { appKey: 'a', secretKey: 's' },
          { appKey: 'b', secretKey: 's' },
        ]),
        HUB_KIWOOM_PER_MINUTE: '120',
      },
      { broker: 'auto', rates: { kis: 21, kiwoom: 4 } },
    ],
  ])('is %s', (_what, broker, given, expected) => {
    const { broker: _broker, ...rest } = flags;
    const asked = broker === undefined ? rest : { ...rest, broker };
    expect(checkBackfill(asked, [], { ...servers, ...given }, now).request).toMatchObject(expected);
  });
});

describe('what is wrong is told before anything is opened', () => {
  it.each<[string, Partial<BackfillFlags>, string, RegExp]>([
    ['from after to', { from: '2026-11-06', to: '2026-11-02' }, 'HUB_RANGE', /from 2026-11-06 is after to 2026-11-02/],
    ['a day that does not exist', { from: '2026-02-30' }, 'HUB_RANGE', /not days/],
    ['a day to come', { to: '2026-12-01' }, 'HUB_RANGE', /has not begun/],
    ['a day before the calendar', { from: '2020-11-02' }, 'HUB_RANGE', /calendar does not know this day/],
    ['a malformed symbol', { symbols: '5930' }, 'HUB_SYMBOL_UNKNOWN', /5930 is no symbol/],
    ['no symbol', { symbols: ' , ' }, 'HUB_USAGE', /--symbols is empty/],
    ['an unknown broker', { broker: 'daishin' }, 'HUB_USAGE', /--broker daishin/],
    ['a broker without a key', { broker: 'kiwoom' }, 'HUB_CONFIG', /HUB_KIWOOM_APP_KEY is missing/],
    ['an unknown interval', { interval: '5m' }, 'HUB_USAGE', /--interval 5m/],
    ['an unknown venue', { venue: 'NYSE' }, 'HUB_USAGE', /--venue NYSE/],
    ['a folder that is not there', { db: '/no/such/folder/m.duckdb' }, 'HUB_USAGE', /folder does not exist/],
    ['no file', { db: '' }, 'HUB_USAGE', /--db is empty/],
    ['a base URL that is none', { baseUrl: 'localhost' }, 'HUB_CONFIG', /kis.baseUrl/],
    ['a base URL with a path', { baseUrl: 'http://127.0.0.1:1/x' }, 'HUB_CONFIG', /scheme, host and port alone/],
  ])('%s', (_name, change, code, message) => {
    const error = refusal(change);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.remedy).not.toBe('');
    expect(error.exitCode).toBe(2);
  });

  it('lists every problem at once', () => {
    const { problems, code } = refusal({ symbols: '5930,005930', from: '2026-11-06', to: '2026-11-02' }, {}, [
      '--symbol',
      'x',
    ]);
    expect(code).toBe('HUB_USAGE');
    expect(problems.map(({ message }) => message)).toEqual([
      'unknown option --symbol',
      '5930 is no symbol',
      'from 2026-11-06 is after to 2026-11-02',
      expect.stringContaining('REDIS_URL'),
      expect.stringContaining('REDIS_URL_GATEKEEPER'),
      expect.stringContaining('HUB_KIS_APP_KEY'),
      expect.stringContaining('HUB_KIS_APP_SECRET'),
    ]);
  });

  it('names a word that nothing asked for', () => {
    expect(refusal({}, { ...servers, ...keys }, ['again']).message).toBe('unexpected argument again');
  });

  it('tells what is missing', () => {
    const bare = { broker: 'kis', interval: '1m', venue: 'KRX', db: 'market.duckdb' };
    expect(() => checkBackfill(bare, [], { ...servers, ...keys }, now)).toThrow(
      '--symbols is missing; --from is missing; --to is missing',
    );
  });
});

it('one base URL for two brokers is for a simulator on this machine only', () => {
  const kiwoom = { HUB_KIWOOM_APP_KEY: 'app-key', HUB_KIWOOM_SECRET_KEY: 'secret-key' };
  const both = { ...servers, ...keys, ...kiwoom };
  expect(check({ baseUrl: 'http://127.0.0.1:9000' }, both).settings.kiwoom?.baseUrl).toBe('http://127.0.0.1:9000');
  expect(refusal({ baseUrl: 'https://sim.example.com' }, both).message).toContain('the keys of the other one');
  expect(check({ baseUrl: 'https://sim.example.com' }).settings.kis?.baseUrl).toBe('https://sim.example.com');
});

describe('Redis', () => {
  const simulator = 'http://127.0.0.1:9000';

  it('may be private for a broker on this machine', () => {
    expect(check({ baseUrl: simulator }, keys).embedded).toBe(true);
    expect(check({}, { ...keys, HUB_KIS_BASE_URL: simulator }).embedded).toBe(true);
  });

  it('must be named when one of two brokers is a real host', () => {
    const kiwoom = { HUB_KIWOOM_APP_KEY: 'app-key', HUB_KIWOOM_SECRET_KEY: 'secret-key' };
    const local = { ...keys, ...kiwoom, HUB_KIS_BASE_URL: simulator };
    expect(refusal({}, local).message).toContain('REDIS_URL');
    expect(check({}, { ...local, HUB_KIWOOM_BASE_URL: simulator }).embedded).toBe(true);
    const list = JSON.stringify([{ appKey: 'app-key', secretKey: 'secret-key' }]);
    const listed = { ...keys, HUB_KIS_BASE_URL: simulator, HUB_KIWOOM_KEYS: list };
    expect(refusal({}, listed).message).toContain('REDIS_URL');
  });

  it('must be named for a real host', () => {
    const error = refusal({}, keys);
    expect(error).toMatchObject({ code: 'HUB_CONFIG', exitCode: 2 });
    expect(error.remedy).toContain('Set REDIS_URL and REDIS_URL_GATEKEEPER');
  });

  it('may be private for a real host when the user says so', () => {
    expect(check({}, { ...keys, HUB_EMBEDDED: '1' }).embedded).toBe(true);
  });

  it('is not private when one URL of two is set', () => {
    const error = refusal({ baseUrl: simulator }, { ...keys, REDIS_URL: 'redis://a' });
    expect(error.message).toBe('redis.gatekeeper (REDIS_URL_GATEKEEPER) is missing');
  });

  it('is that of the environment when both URLs are set', () => {
    const { embedded, settings } = check({ baseUrl: simulator });
    expect(embedded).toBe(false);
    expect(settings.redis).toEqual({ main: 'redis://a', gatekeeper: 'redis://b' });
  });
});

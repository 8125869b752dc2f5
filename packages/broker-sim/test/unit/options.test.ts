import { describe, expect, it } from 'vitest';
import { settle, SimOptionsError } from '../../src/server/options.js';
import { demoKeys, demoKiwoomKeys } from '../../src/account/keys.js';

const problemsOf = (options: Record<string, unknown>): readonly string[] => {
  try {
    settle(options);
    return [];
  } catch (error) {
    if (error instanceof SimOptionsError) return error.problems;
    throw error;
  }
};

describe('options', () => {
  it('may all be left out', () => {
    expect(settle().limit).toEqual({ perSecond: 18, window: 'sliding' });
    expect(settle({ limit: { window: 'bucket' } }).limit).toEqual({ perSecond: 18, window: 'bucket' });
  });

  it('follow the domain: paper allows one call a second', () => {
    expect(settle({ environment: 'paper' }).limit.perSecond).toBe(1);
    expect(settle({ environment: 'paper', limit: { perSecond: 5 } }).limit.perSecond).toBe(5);
  });

  it('report every problem in one error', () => {
    const problems = problemsOf({ sead: 1, port: -1, network: 'wild', limit: { perSecond: 0, window: 'x', burst: 3 } });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'sead',
      'network',
      'limit.burst',
      'limit.perSecond',
      'limit.window',
      'port',
    ]);
  });

  it('hold Kiwoom’s own, which follow the domain too', () => {
    expect(settle().kiwoom).toMatchObject({
      limit: { perTr: 5, total: undefined, window: 'sliding' },
      tokenLifeMs: 86_400_000,
      newTokenKillsOld: false,
      minuteRetentionTradingDays: 250,
    });
    expect(settle({ environment: 'paper' }).kiwoom.limit.perTr).toBe(1);
    expect(settle({ environment: 'paper', kiwoom: { limit: { perTr: 3, total: 9 } } }).kiwoom.limit).toEqual({
      perTr: 3,
      total: 9,
      window: 'sliding',
    });
  });

  it('report the problems of both brokers in one error', () => {
    const problems = problemsOf({
      seed: Number.NaN,
      kiwoom: {
        limits: {},
        limit: { perTr: 0, total: 1.5, window: 'x', burst: 1 },
        tokenLifeMs: -1,
        tokenRefusal: 'x',
      },
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'seed',
      'kiwoom.limits',
      'kiwoom.limit.burst',
      'kiwoom.limit.perTr',
      'kiwoom.limit.total',
      'kiwoom.limit.window',
      'kiwoom.tokenLifeMs',
      'kiwoom.tokenRefusal',
    ]);
  });

  it('describe bars that differ, each mistake by its place', () => {
    const good = { symbol: '005930', day: '2026-11-05', minute: '1000', volume: 1 };
    expect(
      problemsOf({ kiwoom: { differs: [good, { ...good, day: '20261105', minute: undefined, close: -5 }] } }),
    ).toEqual([]);
    const wrong = { symbol: '1', venue: 'J', day: '20260231', minute: '1060', volume: 0, close: 0.5 };
    const problems = problemsOf({ kiwoom: { differs: [good, wrong, { symbol: '005930', day: '20261105' }] } });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      ...['symbol', 'venue', 'day', 'minute', 'volume', 'close'].map((name) => `kiwoom.differs[1].${name}`),
      'kiwoom.differs[2]',
    ]);
  });

  it.each([
    [{ kiwoom: { keys: [] } }, 'kiwoom.keys: none given'],
    [{ kiwoom: { keys: [demoKiwoomKeys, demoKiwoomKeys] } }, 'kiwoom.keys: two entries share an appKey'],
    [{ kiwoom: { keys: [{ appKey: 'a', secretKey: '' }] } }, 'kiwoom.keys[0]: appKey and secretKey'],
    [{ kiwoom: { keys: [{ ...demoKiwoomKeys, environment: 'test' }] } }, 'kiwoom.keys[0].environment'],
    [{ kiwoom: { differs: [{ symbol: '005930', volume: 1 }] } }, 'kiwoom.differs[0].day'],
    [{ kiwoom: { minuteRetentionTradingDays: 0.5 } }, 'kiwoom.minuteRetentionTradingDays'],
    [{ sameTokenMs: 2, tokenLifeMs: 1 }, 'sameTokenMs is longer'],
    [{ keys: [] }, 'keys: none given'],
    [{ keys: [{ appKey: 'a', appSecret: 'b', account: '1' }] }, 'keys[0].account'],
    [{ keys: [demoKeys, demoKeys] }, 'share an appKey'],
    [{ haltedSymbolDays: [{ symbol: '1', day: '20260231' }] }, 'haltedSymbolDays[0].day'],
    [{ haltedSymbolDays: [{ symbol: '1', day: '20260227' }] }, '1 is not in symbols'],
    [{ environment: 'test' }, 'environment'],
    [{ retentionTradingDays: 0 }, 'retentionTradingDays'],
    [{ network: { requestMs: -1 } }, 'network.requestMs'],
    [{ network: 'toString' }, 'network: give'],
    [{ valueOf: 1 }, 'valueOf: unknown option'],
    [{ clock: '2026-02-30T09:00' }, 'clock: give a day'],
    [{ clock: '2026-11-27' }, 'clock: give a day'],
    [{ clock: '2026-11-27T24:30' }, 'clock: give a day'],
    [{ clock: '2026-11-27T09:00', now: () => 0 }, 'clock: now is given too'],
  ])('that make no sense are named: %j', (options, part) => {
    expect(problemsOf(options).join('\n')).toContain(part);
  });

  it.each([
    ['2026-11-27T09:00', '2026-11-27T00:00:00Z'],
    ['2026-11-27 09:00:30', '2026-11-27T00:00:30Z'],
    ['2026-11-27T09:00+09:00', '2026-11-27T00:00:00Z'],
    ['2026-11-27T09:00Z', '2026-11-27T09:00:00Z'],
  ])('may start the clock at %s, from where it runs on', (clock, instant) => {
    const { now, aheadMs } = settle({ clock });
    const start = Date.parse(instant);
    const [first, second] = [now(), now()];
    expect(Math.abs(first - start)).toBeLessThan(60_000);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(Math.abs(Date.now() + aheadMs - start)).toBeLessThan(60_000);
  });

  it('fail with a stable code', () => {
    expect(new SimOptionsError(['x']).code).toBe('SIM_OPTIONS');
  });

  it('hold those of the WebSockets, with the problems of all of them at once', () => {
    expect(settle().live).toMatchObject({ registrations: 41, items: 200, pingMs: 10_000, extraFields: 0 });
    expect(settle({ live: { schedule: { disconnectEveryMs: 5 } } }).live.schedule).toEqual({
      disconnectEveryMs: 5,
      hows: ['close', 'reset', 'half-open'],
    });
    const problems = problemsOf({
      live: {
        ping: 1,
        pingMs: 0,
        releaseMs: -1,
        registrations: 1.5,
        recordsPerFrame: 1_000,
        extraFields: -1,
        htsId: '',
        dataBeforeAck: 'no',
        schedule: { every: 1, disconnectEveryMs: -1, hows: ['loud'] },
      },
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'live.ping',
      'live.pingMs',
      'live.releaseMs',
      'live.registrations',
      'live.recordsPerFrame',
      'live.extraFields',
      'live.htsId',
      'live.dataBeforeAck',
      'live.schedule.every',
      'live.schedule.disconnectEveryMs',
      'live.schedule.hows',
    ]);
  });
});

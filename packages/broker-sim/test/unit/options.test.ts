import { describe, expect, it } from 'vitest';
import { settle, SimOptionsError } from '../../src/server/options.js';
import { demoKeys } from '../../src/account/keys.js';

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

  it.each([
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
  ])('that make no sense are named: %j', (options, part) => {
    expect(problemsOf(options).join('\n')).toContain(part);
  });

  it('fail with a stable code', () => {
    expect(new SimOptionsError(['x']).code).toBe('SIM_OPTIONS');
  });
});

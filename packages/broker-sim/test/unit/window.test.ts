import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindow, Peak, type WindowKind } from '../../src/limit/window.js';
import { Quota } from '../../src/limit/quota.js';

const judge = (kind: WindowKind, perSecond: number, arrivals: readonly number[]): boolean[] => {
  const window = createWindow({ window: kind, perSecond });
  return arrivals.map((at) => window.take(at));
};

describe('sliding window', () => {
  it('frees a place exactly one second after the arrival that took it', () => {
    expect(judge('sliding', 2, [0, 400, 999.9, 1000, 1399.9, 1400])).toEqual([true, true, false, true, false, true]);
  });

  it('never lets more than the limit through in any second, and refuses only when it must', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 8 }), (steps, limit) => {
        let at = 0;
        const arrivals = steps.map((step) => (at += step));
        const verdicts = judge('sliding', limit, arrivals);
        const passed: number[] = [];
        arrivals.forEach((arrival, index) => {
          const recent = passed.filter((earlier) => earlier > arrival - 1000).length;
          expect(verdicts[index]).toBe(recent < limit);
          if (verdicts[index] === true) passed.push(arrival);
        });
      }),
    );
  });
});

describe('calendar window', () => {
  it('starts afresh with every second, so two bursts around the turn pass', () => {
    expect(judge('calendar', 2, [1900, 1950, 1999, 2000, 2001, 2002])).toEqual([true, true, false, true, true, false]);
  });
});

describe('bucket', () => {
  it('starts full and refills evenly', () => {
    expect(judge('bucket', 2, [0, 0, 0, 499, 500, 999, 1000])).toEqual([true, true, false, false, true, false, true]);
  });

  it('holds no more than its capacity after a long rest', () => {
    expect(judge('bucket', 2, [0, 60_000, 60_000, 60_000])).toEqual([true, true, true, false]);
  });
});

describe('peak', () => {
  it('is the fullest second so far', () => {
    const peak = new Peak();
    for (const at of [0, 10, 999, 1000, 5000]) peak.add(at);
    expect(peak.most).toBe(3);
  });

  it('matches a plain count', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 100 }), (steps) => {
        let at = 0;
        const arrivals = steps.map((step) => (at += step));
        const peak = new Peak();
        for (const arrival of arrivals) peak.add(arrival);
        const counts = arrivals.map((end) => arrivals.filter((other) => other <= end && other > end - 1000).length);
        expect(peak.most).toBe(Math.max(0, ...counts));
      }),
    );
  });
});

describe('quota', () => {
  it('is kept per key', () => {
    const quota = new Quota({ perSecond: 1, window: 'sliding' });
    expect([quota.take('a', 0), quota.take('b', 0), quota.take('a', 1)]).toEqual([true, true, false]);
    expect(quota.maxInWindow).toBe(2);
  });

  it.each<WindowKind>(['sliding', 'calendar', 'bucket'])('can be asked without being charged: %s', (window) => {
    const quota = new Quota({ perSecond: 1, window });
    expect([quota.fits('a', 0), quota.fits('a', 0), quota.take('a', 0), quota.fits('a', 1)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(quota.fits('a', 1000)).toBe(true);
  });

  it('notes arrivals that were refused elsewhere, and charges nothing for them', () => {
    const quota = new Quota({ perSecond: 1, window: 'sliding' });
    quota.pass('a', 0);
    expect(quota.take('a', 1)).toBe(true);
    expect(quota.maxInWindow).toBe(2);
  });
});

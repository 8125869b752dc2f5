import { describe, expect, it } from 'vitest';

import type { Limit } from '../../src/broker/contract.js';
import { kisLimits, kisRealtimeLimits } from '../../src/broker/kis/limits.js';
import { kiwoomLimits, kiwoomRealtimeLimits } from '../../src/broker/kiwoom/limits.js';

const figures = Object.entries({ kisLimits, kisRealtimeLimits, kiwoomLimits, kiwoomRealtimeLimits }).flatMap(
  ([table, limits]) => Object.entries<Limit>(limits).map(([name, limit]) => [`${table}.${name}`, limit] as const),
);

describe('a limit', () => {
  it.each(figures)('%s has a value, a source, a day and a certainty', (_name, { value, source, date, certainty }) => {
    expect(value).toBeGreaterThan(0);
    expect(source.length).toBeGreaterThan(10);
    expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(['official', 'observed', 'uncertain']).toContain(certainty);
  });

  it('of a live feed is at most what the broker prints', () => {
    for (const limits of [kisRealtimeLimits, kiwoomRealtimeLimits]) {
      for (const { value, published = value } of Object.values(limits)) expect(value).toBeLessThanOrEqual(published);
    }
    expect(kisRealtimeLimits.registration).toMatchObject({ value: 40, published: 41, windowMs: 0 });
  });
});

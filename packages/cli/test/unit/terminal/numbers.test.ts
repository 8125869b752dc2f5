import { describe, expect, it } from 'vitest';

import { count, counted, duration, koreanTime } from '../../../src/terminal/numbers.js';

describe('numbers', () => {
  it('separates thousands', () => {
    expect(count(1_234_567)).toBe('1,234,567');
  });

  it('counts one and many', () => {
    expect([counted(0, 'row'), counted(1, 'row'), counted(1_905, 'row')]).toEqual(['0 rows', '1 row', '1,905 rows']);
  });

  it.each([
    [0, '0.0 s'],
    [20, '0.1 s'],
    [420, '0.4 s'],
    [11_000, '11 s'],
    [59_700, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [4_320_000, '1 h 12 min'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('tells Korean time whatever the machine says', () => {
    expect(koreanTime(Date.UTC(2026, 10, 24, 15, 3))).toBe('2026-11-25 00:03 KST');
  });
});

import { describe, expect, it } from 'vitest';

import { compare } from '../../src/ratchet/compare.js';
import { countsOf, parseCounts, totalOf } from '../../src/ratchet/counts.js';

const call = 'api-hub/no-direct-broker-call';
const sdk = 'api-hub/no-broker-sdk';
const nothingGone = (): boolean => false;

describe('counts', () => {
  it('are those of our rules, by file and rule, in an order of their own', () => {
    const message = (ruleId: string | null) => ({ ruleId });
    const results = [
      { filePath: '/p/b.js', messages: [message(call), message('no-undef'), message(sdk), message(call)] },
      { filePath: '/p/clean.js', messages: [message(null)] },
      { filePath: '/p/a.js', messages: [message(sdk)] },
    ];
    const counts = countsOf(results, (path) => path.slice(3));
    expect(JSON.stringify(counts)).toBe(JSON.stringify({ 'a.js': { [sdk]: 1 }, 'b.js': { [sdk]: 1, [call]: 2 } }));
    expect(totalOf(counts)).toBe(4);
  });

  it.each([
    ['[]', /no object of files/],
    ['{"a.js":3}', /a\.js is no object of rules/],
    ['{"a.js":{"r":0}}', /a\.js: r is no count/],
    ['{"a.js":{"r":"9"}}', /a\.js: r is no count/],
    ['{', /JSON/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseCounts(text)).toThrow(reason);
  });
});

describe('compared', () => {
  it('every rule of every file stands for itself: less here is no leave for more there', () => {
    const before = { 'a.js': { [call]: 5, [sdk]: 1 }, 'b.js': { [call]: 1 } };
    const now = { 'a.js': { [call]: 2, [sdk]: 2 }, 'b.js': { [call]: 1 }, 'c.js': { [call]: 1 } };
    const { risen, fallen, moved } = compare(before, now, nothingGone);
    expect(risen).toEqual([
      { file: 'a.js', rule: sdk, before: 1, now: 2 },
      { file: 'c.js', rule: call, before: 0, now: 1 },
    ]);
    expect(fallen).toEqual([{ file: 'a.js', rule: call, before: 5, now: 2 }]);
    expect(moved).toEqual([]);
  });

  it('a file that is clean or gone has fallen to nothing', () => {
    expect(compare({ 'a.js': { [call]: 2 } }, {}, nothingGone).fallen).toEqual([
      { file: 'a.js', rule: call, before: 2, now: 0 },
    ]);
    expect(compare({ 'a.js': { [call]: 2 } }, {}, () => true).fallen).toHaveLength(1);
  });

  it('a renamed file keeps its counts; a copy does not', () => {
    const before = { 'old.js': { [call]: 2 } };
    const now = { 'new.js': { [call]: 2 } };
    expect(compare(before, now, (file) => file === 'old.js')).toEqual({
      risen: [],
      fallen: [],
      moved: [['old.js', 'new.js']],
    });
    expect(compare(before, now, nothingGone).risen).toHaveLength(1);
    expect(compare(before, { 'new.js': { [call]: 3 } }, () => true).risen).toHaveLength(1);
    // each is the one with its counts
    const pair = { 'one.js': { [call]: 1 }, 'two.js': { [call]: 2 } };
    expect(compare(pair, { 'a.js': { [call]: 2 }, 'b.js': { [call]: 1 } }, () => true).risen).toEqual([]);
    // one old file pays for one new one
    const twins = { 'new.js': { [call]: 2 }, 'twin.js': { [call]: 2 } };
    expect(compare(before, twins, () => true).risen).toEqual([{ file: 'twin.js', rule: call, before: 0, now: 2 }]);
  });
});

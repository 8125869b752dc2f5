import { describe, expect, it } from 'vitest';

import { PaceMeter, progressLine } from '../../../src/terminal/progress.js';
import { displayWidth } from '../../../src/terminal/width.js';

const half = { windowsDone: 24, windowsFailed: 1, windowsTotal: 50, rows: 9_525, calls: 100 };
const unknownPace = { callsPerSecond: undefined, leftMs: undefined };

describe('progress line', () => {
  it('shows bar, share, windows, rows, calls, rate and what is left', () => {
    expect(progressLine(half, { callsPerSecond: 17.94, leftMs: 5_600 }, 200)).toBe(
      '████████████░░░░░░░░░░░░  50 %  25/50 windows  1 failed  9,525 rows  100 calls  17.9/s  6 s left',
    );
  });

  it('leaves out what it does not know', () => {
    expect(progressLine({ ...half, windowsFailed: 0 }, unknownPace, 200)).toBe(
      '███████████░░░░░░░░░░░░░  48 %  24/50 windows  9,525 rows  100 calls',
    );
  });

  it('is full for an empty plan, and never longer than the terminal', () => {
    const empty = { windowsDone: 0, windowsFailed: 0, windowsTotal: 0, rows: 0, calls: 0 };
    expect(progressLine(empty, unknownPace, 200)).toContain('100 %');
    expect(displayWidth(progressLine(half, unknownPace, 40))).toBe(40);
  });
});

describe('pace', () => {
  it('knows nothing before there is something to measure', () => {
    const meter = new PaceMeter(200, 18);
    meter.note(0, 1_000);
    expect(meter.read(1_100)).toEqual(unknownPace);
  });

  it('tells rate and time left from the last seconds', () => {
    const meter = new PaceMeter(200, 18);
    meter.note(0, 0);
    meter.note(20, 2_000);
    meter.note(40, 4_000);
    expect(meter.read(4_000)).toEqual({ callsPerSecond: 10, leftMs: 16_000 });
  });

  it('believes neither more than the quota allows nor a first figure that is far too low', () => {
    const fast = new PaceMeter(100, 5);
    fast.note(0, 0);
    fast.note(50, 1_000);
    expect(fast.read(1_000).leftMs).toBe(10_000);
    const slow = new PaceMeter(200, 20);
    slow.note(0, 0);
    slow.note(1, 5_000);
    expect(slow.read(5_000).leftMs).toBe(39_800);
  });

  it('forgets a hold at the start', () => {
    const meter = new PaceMeter(1_000, 18);
    meter.note(0, 0);
    for (let second = 60; second <= 70; second += 1) meter.note((second - 60) * 10, second * 1_000);
    expect(meter.read(70_000).callsPerSecond).toBeCloseTo(10);
  });
});

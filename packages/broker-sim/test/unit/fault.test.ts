import { describe, expect, it } from 'vitest';
import { FaultBoard } from '../../src/fault/faults.js';
import { createNetwork, networks } from '../../src/fault/network.js';
import { randomFrom } from '../../src/market/random.js';

describe('network', () => {
  const draws = (name: keyof typeof networks, seed = 1) => {
    const draw = createNetwork(networks[name], randomFrom(seed));
    return Array.from({ length: 5_000 }, draw);
  };
  const total = ({ requestMs, thinkMs, responseMs }: { requestMs: number; thinkMs: number; responseMs: number }) =>
    requestMs + thinkMs + responseMs;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('none costs nothing', () => {
    expect(Math.max(...draws('none').map(total))).toBe(0);
  });

  it('calm takes 7 ms there and back, hardly ever more than twice that', () => {
    const times = draws('calm').map(total);
    expect(mean(times)).toBeCloseTo(7, 0);
    expect(Math.max(...times)).toBeLessThan(25);
  });

  it('jittery takes 40 ms there and back on average, with a long tail below the cap', () => {
    const drawn = draws('jittery');
    const times = drawn.map(total);
    expect(Math.abs(mean(times) - 40)).toBeLessThan(1.5);
    expect(Math.max(...times)).toBeGreaterThan(120);
    expect(Math.max(...drawn.map((one) => Math.max(one.requestMs, one.responseMs)))).toBeLessThanOrEqual(400);
  });

  it('repeats itself for the same seed only', () => {
    expect(draws('jittery', 3)).toEqual(draws('jittery', 3));
    expect(draws('jittery', 3)).not.toEqual(draws('jittery', 4));
  });
});

describe('faults', () => {
  const board = (random = () => 0.5): FaultBoard => new FaultBoard(random);
  const strikes = (faults: FaultBoard, count: number, path = '/a', tr = 'T') =>
    Array.from({ length: count }, () => faults.strike(path, tr)?.kind);

  it('strike as often as they were told', () => {
    const faults = board();
    faults.add({ kind: 'reset', times: 2 });
    expect(strikes(faults, 3)).toEqual(['reset', 'reset', undefined]);
    expect(faults.size).toBe(0);
  });

  it('strike the n-th matching call only', () => {
    const faults = board();
    faults.add({ kind: 'drop', match: { tr: 'T', nth: 2 } });
    expect(faults.strike('/a', 'other')).toBeUndefined();
    expect(strikes(faults, 4)).toEqual([undefined, 'drop', undefined, undefined]);
  });

  it('match the end of the path', () => {
    const faults = board();
    faults.add({ kind: 'html', match: { path: 'inquire-price' } });
    expect(faults.strike('/uapi/x/inquire-price', '')?.kind).toBe('html');
    expect(faults.strike('/uapi/x/inquire-ccnl', '')).toBeUndefined();
  });

  it('strike by chance when told so', () => {
    const rolls = [0.1, 0.9, 0.2];
    const faults = board(() => rolls.shift() ?? 1);
    faults.add({ kind: '5xx', match: { probability: 0.5 } });
    expect(strikes(faults, 3)).toEqual(['5xx', undefined, '5xx']);
  });

  it('end when cleared', () => {
    const faults = board();
    faults.add({ kind: 'garble' });
    faults.clear();
    expect(strikes(faults, 1)).toEqual([undefined]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { VolumeWatch } from '../../../src/realtime/session/volume-watch.js';

const day = 20_763;

describe('the cumulative volume', () => {
  it('tells of a trade that is missing, once, and takes it when it comes late', () => {
    const watch = new VolumeWatch();
    expect(watch.see(day, 10, 10)).toEqual({ kind: 'first', passed: false });
    expect(watch.see(day, 30, 5)).toEqual({ kind: 'break', missing: 15 });
    expect(watch.see(day, 31, 1)).toEqual({ kind: 'next' });
    expect(watch.see(day, 25, 10)).toEqual({ kind: 'late' });
    expect(watch.see(day, 25, 10)).toEqual({ kind: 'duplicate' });
    expect(watch.see(day, 15, 5)).toEqual({ kind: 'late' });
  });

  it('takes the first trade that it sees as it is, and the first of a new day', () => {
    const watch = new VolumeWatch();
    expect(watch.see(day, 1_000, 1)).toEqual({ kind: 'first', passed: true });
    expect(watch.see(day + 3, 7, 7)).toEqual({ kind: 'first', passed: false });
    expect(watch.see(day, 1_001, 1)).toEqual({ kind: 'duplicate' });
  });

  it('says nothing of what is missing after an interruption: that is told otherwise', () => {
    const watch = new VolumeWatch();
    watch.see(day, 10, 10);
    watch.interrupted();
    expect(watch.see(day, 100, 1)).toEqual({ kind: 'first', passed: true });
    expect(watch.see(day, 100, 1)).toEqual({ kind: 'duplicate' });
  });

  it('lets each trade through once, in whatever order, and misses none that did not come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 50 }), lost: fc.boolean(), twice: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        (trades, shifts) => {
          let volume = 0;
          const all = trades.map(({ size, lost, twice }, index) => {
            volume += size;
            return { size, volume, lost: lost && index > 0, twice };
          });
          const sent = all
            .filter(({ lost }) => !lost)
            .flatMap((trade) => (trade.twice ? [trade, trade] : [trade]))
            .map((trade, index) => ({ trade, place: index === 0 ? -1 : index + Number(shifts.next().value) }))
            .sort((left, right) => left.place - right.place)
            .map(({ trade }) => trade);
          const watch = new VolumeWatch();
          const through = sent.filter((trade) => watch.see(day, trade.volume, trade.size).kind !== 'duplicate');
          const volumes = through.map((trade) => trade.volume);
          expect(new Set(volumes).size).toBe(volumes.length);
          expect([...volumes].sort((left, right) => left - right)).toEqual(
            [...new Set(sent.map((trade) => trade.volume))].sort((left, right) => left - right),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageStates, type CoverageState, isCovering, learn, type Stretch } from '../../../src/coverage/state.js';

const change = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 1, max: 8 }),
    state: fc.constantFrom(...coverageStates),
  })
  .map(({ fromMs, length, state }): Stretch => ({ fromMs, toMs: fromMs + length, state, batchId: state }));

/** The same rule, one instant at a time. */
const learnPoint = (known: CoverageState | undefined, { state }: Stretch): CoverageState =>
  known !== undefined && isCovering(known) && !isCovering(state) ? known : state;

const at = (stretches: readonly Stretch[], point: number): CoverageState | undefined =>
  stretches.find(({ fromMs, toMs }) => fromMs <= point && point < toMs)?.state;

describe('learn', () => {
  it('knows of every instant what the rule says, in disjoint ascending stretches', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), (changes) => {
        const known = changes.reduce<Stretch[]>((before, news) => learn(before, news), []);
        for (let point = 0; point < 30; point++) {
          const told = changes.filter(({ fromMs, toMs }) => fromMs <= point && point < toMs);
          const expected = told.reduce<CoverageState | undefined>(learnPoint, undefined);
          expect(at(known, point)).toBe(expected);
        }
        for (const [index, { fromMs, toMs, state }] of known.entries()) {
          const before = known[index - 1];
          expect(fromMs).toBeLessThan(toMs);
          if (before === undefined) continue;
          expect(fromMs).toBeGreaterThanOrEqual(before.toMs);
          expect(fromMs === before.toMs && state === before.state).toBe(false);
        }
      }),
    );
  });

  it('keeps what is here when a late notice calls it missing', () => {
    const present: Stretch = { fromMs: 0, toMs: 10, state: 'present', batchId: 'a' };
    const missing: Stretch = { fromMs: 5, toMs: 15, state: 'missing', batchId: 'b' };
    expect(learn([present], missing)).toEqual([present, { ...missing, fromMs: 10 }]);
  });
});

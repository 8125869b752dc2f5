import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageStates, type CoverageState, learn, type Stretch } from '../../../src/coverage/state.js';

const change = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 1, max: 8 }),
    state: fc.constantFrom(...coverageStates),
    batchId: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ length, ...news }): Stretch => ({ ...news, toMs: news.fromMs + length }));
const changes = fc.array(change, { maxLength: 12 });

/** Spelt out here on purpose: a state that changes sides has to change this table too. */
const answers: Readonly<Record<CoverageState, boolean>> = {
  present: true,
  verified_empty: true,
  halted: true,
  expired: true,
  unavailable: true,
  missing: false,
  requested: false,
};

interface Minute {
  readonly state: CoverageState;
  readonly batchId: string;
}

/** The same rule, one minute at a time. */
const learnMinute = (known: Minute | undefined, { state, batchId }: Stretch): Minute =>
  known !== undefined && answers[known.state] && !answers[state] ? known : { state, batchId };

const minutes = Array.from({ length: 30 }, (_, minute) => minute);
const naive = (all: readonly Stretch[]): (CoverageState | undefined)[] =>
  minutes.map((minute) => {
    const told = all.filter(({ fromMs, toMs }) => fromMs <= minute && minute < toMs);
    return told.reduce<Minute | undefined>(learnMinute, undefined)?.state;
  });

const ledger = (all: readonly Stretch[]): Stretch[] => all.reduce<Stretch[]>((known, news) => learn(known, news), []);
const byMinute = (known: readonly Stretch[]): (CoverageState | undefined)[] =>
  minutes.map((minute) => known.find(({ fromMs, toMs }) => fromMs <= minute && minute < toMs)?.state);

describe('learn', () => {
  it('knows of every minute what the rule says', () => {
    const seen = new Set<CoverageState | undefined>();
    fc.assert(
      fc.property(changes, (all) => {
        const known = byMinute(ledger(all));
        expect(known).toEqual(naive(all));
        for (const state of known) seen.add(state);
      }),
    );
    expect([...seen].sort()).toEqual([...coverageStates, undefined].sort()); // every state, and nothing at all
  });

  it('keeps disjoint ascending stretches, as few as there can be', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const known = ledger(all);
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

  it('learns nothing from the same news told again', () => {
    fc.assert(
      fc.property(changes, change, (all, news) => {
        const once = learn(ledger(all), news);
        expect(byMinute(learn(once, news))).toEqual(byMinute(once));
        expect(learn(once, news).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual(
          once.map(({ fromMs, toMs }) => [fromMs, toMs]),
        );
      }),
    );
  });

  it('never unlearns an answer, and never loses a minute that was known', () => {
    fc.assert(
      fc.property(changes, change, (all, news) => {
        const before = byMinute(ledger(all));
        const after = byMinute(learn(ledger(all), news));
        for (const [minute, state] of before.entries()) {
          if (state === undefined) continue;
          const now = after[minute];
          expect(now).toBeDefined();
          if (answers[state]) expect(now !== undefined && answers[now]).toBe(true);
        }
      }),
    );
  });

  it('leaves alone what the news does not touch', () => {
    fc.assert(
      fc.property(changes, change, (all, news) => {
        const outside = (known: (CoverageState | undefined)[]) =>
          known.filter((_, minute) => minute < news.fromMs || minute >= news.toMs);
        expect(outside(byMinute(learn(ledger(all), news)))).toEqual(outside(byMinute(ledger(all))));
      }),
    );
  });

  it('keeps what is here when a late notice calls it missing', () => {
    const present: Stretch = { fromMs: 0, toMs: 10, state: 'present', batchId: 'a' };
    const missing: Stretch = { fromMs: 5, toMs: 15, state: 'missing', batchId: 'b' };
    expect(learn([present], missing)).toEqual([present, { ...missing, fromMs: 10 }]);
  });
});

import { brokerNames, errors, historyKeptDays, tradeSessionsKept, type BrokerName } from '@hub/client';
import { koreanDay, type CalendarDay, type CoverageState, type Hole } from '@hub/store';

import type { Failure } from '../error.js';

/** What it takes to say that trades are lost, and to have bars in their place. */
export interface LostEffects {
  /** UTC epoch ms. */
  readonly now: () => number;
  /** What counts for each day of a venue, both ends included. */
  readonly calendar: (query: Pick<Hole, 'venue'> & Record<'fromDay' | 'toDay', string>) => Promise<CalendarDay[]>;
  /** Brokers that workers serve now. */
  readonly served: () => Promise<readonly BrokerName[]>;
  /** What is known of the minute bars of the stretch. */
  readonly barStates: (hole: Hole) => Promise<readonly CoverageState[]>;
  /** Has the minute bars of the day fetched, as far as they are missing. */
  readonly fetchBars: (broker: BrokerName, hole: Hole) => Promise<FetchedBars>;
}

/** What came of it. */
export interface FetchedBars {
  readonly calls: number;
  readonly failed: readonly Failure[];
}

/** What a broker refuses it would refuse again; everything else may be better in a minute. */
export const final: ReadonlySet<string> = new Set([
  'HUB_RANGE',
  'HUB_SYMBOL_UNKNOWN',
  'HUB_CALL_INVALID',
  'HUB_BROKER_REFUSED',
  'HUB_ANSWER_UNREADABLE',
]);

/**
 * Who may tell the trades of a day, the cheapest first: today KIS takes the fewest calls. `begun`: sessions after that day that have
 * begun. Nobody, where it is older than what any broker keeps.
 */
export const tellersOf = (day: string, today: string, begun: number): BrokerName[] => {
  const age = day === today ? 0 : Math.max(1, begun);
  return brokerNames.filter((broker) => age < tradeSessionsKept(broker));
};

export const tellers = async ({ venue, day }: Hole, { now, calendar }: LostEffects): Promise<BrokerName[]> => {
  const today = koreanDay(now());
  if (day >= today) return tellersOf(day, day, 0);
  const days = await calendar({ venue, fromDay: day, toDay: today });
  // A day that nobody knows may have been one without a session.
  const begun = days.filter(
    (each) => each.day > day && each.state === 'open' && (each.hours?.openMs ?? Infinity) <= now(),
  );
  return tellersOf(day, today, begun.length);
};

const dayMs = 86_400_000;

/** Whether a broker keeps the minute bars of a day, as far as is known. */
export const keepsBars = (broker: BrokerName, day: string, now: number): boolean =>
  day >= koreanDay(now - historyKeptDays(broker, '1m') * dayMs);

/** What there is in place of lost trades, in words. */
export interface Instead {
  readonly words: string;
  readonly calls: number;
}

/**
 * The minutes of lost trades by the bars of a broker, as long as one tells them. Undefined where nobody could be asked. Rejects with
 * what may be better later.
 */
export const barsInstead = async (hole: Hole, effects: LostEffects): Promise<Instead | undefined> => {
  const keeping = brokerNames.filter((broker) => keepsBars(broker, hole.day, effects.now()));
  let states = await effects.barStates(hole);
  if (!isMissing(states)) return { words: wordsOf(states), calls: 0 };
  if (keeping.length === 0) return { words: 'nor do they tell its minute bars', calls: 0 };
  const able = new Set(await effects.served());
  const asked = keeping.filter((broker) => able.has(broker));
  let calls = 0;
  for (const broker of asked) {
    const fetched = await effects.fetchBars(broker, hole);
    calls += fetched.calls;
    const passing = fetched.failed.find(({ code }) => !final.has(code));
    if (passing !== undefined) throw new errors.RemoteFailure({ ...passing, remedy: 'It is tried again.' });
    states = await effects.barStates(hole);
    if (!isMissing(states)) return { words: wordsOf(states), calls };
  }
  if (asked.length < keeping.length) return undefined;
  return { words: 'nor do they tell its minute bars', calls };
};

const isMissing = (states: readonly CoverageState[]): boolean =>
  states.length === 0 || states.some((state) => state === 'missing' || state === 'requested');

const wordsOf = (states: readonly CoverageState[]): string => {
  if (states.some((state) => state === 'expired' || state === 'unavailable')) return 'nor do they tell its minute bars';
  if (states.includes('present')) return 'its minute bars are here';
  return 'by its minute bars nothing was traded';
};

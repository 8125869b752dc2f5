import { errors, estimatedCandleCalls, sourceOf, type Interval, type Venue } from '@hub/client';
import { isKnownDay, koreanDay, session, tradingDays, type Store } from '@hub/store';

import { checkRequest } from '../queue/check-request.js';
import type { BackfillPlan, BackfillRequest, WindowSpec } from '../queue/payload.js';

export interface PlanEffects {
  readonly store: Pick<Store, 'missingDays'>;
  readonly storeId: string;
  readonly now: () => number;
}

/**
 * Which windows of a request are not in the store yet. Spends no quota. Rejects with HUB_RANGE or HUB_SYMBOL_UNKNOWN
 * for what can be told from the request alone.
 */
export const planWindows = async (request: BackfillRequest, effects: PlanEffects): Promise<BackfillPlan> => {
  const symbols = [...new Set(request.symbols)];
  const { broker, venue, interval, from, to } = request;
  checkRequest(request, effects.now());
  checkCalendar(from, to);
  const days = tradingDays(venue, from, to).filter((day) => hasBars(interval, venue, day, effects.now()));
  const today = koreanDay(effects.now());
  const windows: WindowSpec[] = [];
  let missingDays = 0;
  for (const symbol of symbols) {
    const missing = await effects.store.missingDays({ symbol, venue, interval, source: sourceOf[broker], days });
    missingDays += missing.length;
    const series = { broker, symbol, venue, interval };
    windows.push(...rangesOf(interval, missing).map((range) => windowOf(series, range, { days, today })));
  }
  const wanted = days.length * symbols.length;
  return {
    storeId: effects.storeId,
    request: { ...request, symbols },
    windows,
    tradingDays: wanted,
    coveredDays: wanted - missingDays,
    estimatedCalls: windows.reduce((sum, { estimatedCalls }) => sum + estimatedCalls, 0),
  };
};

/** Known years are known whole, so the two ends tell of the days between them. */
const checkCalendar = (from: string, to: string): void => {
  const unknown = [from, to].find((day) => !isKnownDay(day));
  if (unknown === undefined) return;
  throw new errors.RangeInvalid(
    `${unknown}: the trading calendar does not know this day`,
    'Ask for days of a year that the calendar holds, or update @hub/store.',
  );
};

/** The bar of a day is final on the next day; minutes exist as soon as the session has opened. Earlier, a call is wasted. */
const hasBars = (interval: Interval, venue: Venue, day: string, now: number): boolean => {
  if (interval === '1d') return day < koreanDay(now);
  return (session(venue, day)?.openMs ?? Number.POSITIVE_INFINITY) <= now;
};

interface Range {
  readonly from: string;
  readonly to: string;
}

/** A day of minute bars is some calls; a year of daily bars is three, so those go together. */
const rangesOf = (interval: Interval, missing: readonly string[]): Range[] => {
  const [first, last] = [missing[0], missing.at(-1)];
  if (first === undefined || last === undefined) return [];
  return interval === '1m' ? missing.map((day) => ({ from: day, to: day })) : [{ from: first, to: last }];
};

const windowOf = (
  series: Pick<WindowSpec, 'broker' | 'symbol' | 'venue' | 'interval'>,
  { from, to }: Range,
  { days, today }: { days: readonly string[]; today: string },
): WindowSpec => {
  const { broker, symbol, venue, interval } = series;
  const within = days.filter((day) => day >= from && day <= to);
  return {
    id: [broker, symbol, venue, interval, from === to ? from : `${from}_${to}`].join('.'),
    ...series,
    from,
    to,
    estimatedCalls: estimatedCandleCalls(series, within, today),
  };
};

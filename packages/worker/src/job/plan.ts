import { brokerNames, errors, sourceOf, type Interval, type Venue } from '@hub/client';
import { isKnownDay, koreanDay, session, tradingDays, type Store } from '@hub/store';

import { checkRequest } from '../queue/check-request.js';
import type { BackfillPlan, BackfillRequest } from '../queue/payload.js';
import { callsOf, runsOf, windowsOf, type Days, type Series } from '../window/ranges.js';
import { splitOverBrokers } from '../window/split.js';

export interface PlanEffects {
  readonly store: Pick<Store, 'missingDaysBySymbol'>;
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
  const days: Days = {
    trading: tradingDays(venue, from, to).filter((day) => hasBars(interval, venue, day, effects.now())),
    today: koreanDay(effects.now()),
  };
  // With both brokers a day is there when either of them has told it.
  const sources = broker === 'auto' ? brokerNames.map((name) => sourceOf[name]) : [sourceOf[broker]];
  const query = { symbols, venue, interval, sources, days: days.trading };
  const missing = await effects.store.missingDaysBySymbol(query);
  const series = [...missing].map(([symbol, wanted]): [Series, readonly string[]] => [
    { symbol, venue, interval },
    wanted,
  ]);
  const windows =
    broker === 'auto'
      ? splitOverBrokers(series, days, request.rates)
      : series.flatMap(([each, wanted]) =>
          runsOf(broker, each, wanted, days).flatMap((run) => windowsOf(broker, broker, each, run, days)),
        );
  const wanted = days.trading.length * symbols.length;
  const missingDays = [...missing.values()].reduce((sum, each) => sum + each.length, 0);
  return {
    storeId: effects.storeId,
    request: { ...request, symbols },
    windows,
    tradingDays: wanted,
    coveredDays: wanted - missingDays,
    estimatedCalls: callsOf(windows),
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

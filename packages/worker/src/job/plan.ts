import { brokerNames, errors, sourceOf, type Interval } from '@hub/client';
import { koreanDay, type CalendarDay, type Store } from '@hub/store';

import { checkRequest } from '../queue/check-request.js';
import type { BackfillPlan, BackfillRequest } from '../queue/payload.js';
import { recordExpired, splitExpired } from './expired.js';
import { callsOf, runsOf, windowsOf, type Days, type Series } from '../window/ranges.js';
import { splitOverBrokers } from '../window/split.js';

export interface PlanEffects {
  readonly store: Pick<Store, 'missingDaysBySymbol' | 'calendar' | 'write'>;
  readonly storeId: string;
  readonly now: () => number;
}

/**
 * Which windows of a request are not in the store yet; days that no broker keeps any more are recorded as expired. Spends no quota. Rejects with HUB_RANGE or HUB_SYMBOL_UNKNOWN
 * for what can be told from the request alone.
 */
export const planWindows = async (request: BackfillRequest, effects: PlanEffects): Promise<BackfillPlan> => {
  const symbols = [...new Set(request.symbols)];
  const { broker, venue, interval, from, to } = request;
  checkRequest(request, effects.now());
  const known = await effects.store.calendar({ venue, fromDay: from, toDay: to });
  checkCalendar(known);
  const days: Days = {
    trading: known.filter((day) => hasBars(interval, day, effects.now())).map(({ day }) => day),
    today: koreanDay(effects.now()),
  };
  // With both brokers a day is there when either of them has told it.
  const sources = broker === 'auto' ? brokerNames.map((name) => sourceOf[name]) : [sourceOf[broker]];
  const query = { symbols, venue, interval, sources, days: days.trading };
  const { kept: missing, expired } = splitExpired(
    await effects.store.missingDaysBySymbol(query),
    interval,
    effects.now(),
  );
  await recordExpired(expired, request, effects);
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

/** A day of which nobody has told may be one without trading: a call for it would be lost. */
const checkCalendar = (days: readonly CalendarDay[]): void => {
  const unknown = days.find(({ state }) => state === 'unknown');
  if (unknown === undefined) return;
  throw new errors.RangeInvalid(
    `${unknown.day}: the trading calendar does not know this day`,
    'Ask for days that it holds (`hub calendar`), let `hub calendar refresh` ask KIS for the next weeks, or tell the day in HUB_CALENDAR_FILE of the writer.',
  );
};

/** The bar of a day is final on the next day; minutes exist as soon as the session has opened. Earlier, a call is wasted. */
const hasBars = (interval: Interval, { state, day, hours }: CalendarDay, now: number): boolean => {
  if (state !== 'open') return false;
  if (interval === '1d') return day < koreanDay(now);
  return (hours?.openMs ?? Number.POSITIVE_INFINITY) <= now;
};

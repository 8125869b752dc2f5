import { calendarDays, type Venue } from '@hub/store';
import { sharedTradingDays } from '@hub/worker';

import { UsageInvalid } from '../error/index.js';
import type { OwnCalendar } from './calendar-file.js';

/**
 * Whether anybody has told of this Korean day. If nobody has, a socket would be opened, with its key and its registrations,
 * for a market that may be closed. Makes no call. Rejects with HUB_RANGE.
 */
export const checkToday = async (
  venue: Venue,
  day: string,
  { overrides }: Pick<OwnCalendar, 'overrides'>,
  redisUrl: string,
): Promise<void> => {
  const isUnknown = (days: Awaited<ReturnType<typeof sharedTradingDays>>): boolean =>
    calendarDays({ venue, fromDay: day, toDay: day }, overrides, days).some(({ state }) => state === 'unknown');
  if (!isUnknown([]) || !isUnknown(await sharedTradingDays({ redisUrl }))) return;
  const message = `${day}: the trading calendar does not know this day, and feeds are not opened on one that may have no market`;
  const remedy =
    'Run `hub calendar refresh` (KIS tells the next weeks), or tell the day in a file for --calendar: [{ "day": "…", "state": "open", "reason": "…" }].';
  throw new UsageInvalid([{ code: 'HUB_RANGE', message, remedy }]);
};

import { isHubError } from '@hub/client';
import { calendarDay, isKnownDay, session, venues, type OverrideDay, type Venue } from '@hub/store';
import { disagreementsOf, readCalendarFile, type CalendarDisagreement } from '@hub/worker';

import type { Problem } from '../error/index.js';
import type { Environment } from './context.js';

/** The user's own calendar; empty where none is set. */
export interface OwnCalendar {
  readonly overrides: readonly OverrideDay[];
  /** Days that this calendar and that of the package tell differently. */
  readonly disagreements: readonly CalendarDisagreement[];
  /** As far as it is known without the store; a day that nobody knows counts as one. */
  readonly isTradingDay: (venue: Venue, day: string) => boolean;
}

/** Of --calendar, else of HUB_CALENDAR_FILE. */
export const chooseCalendar = (flag: string | undefined, env: Environment): OwnCalendar | Problem => {
  const path = flag ?? env.HUB_CALENDAR_FILE ?? '';
  try {
    return ownCalendarOf(path === '' ? [] : readCalendarFile(path));
  } catch (error) {
    if (!isHubError(error)) throw error;
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
};

const ownCalendarOf = (overrides: readonly OverrideDay[]): OwnCalendar => {
  const byKey = new Map(overrides.map((each) => [`${each.venue} ${each.day}`, each]));
  const named = overrides.map((override) => calendarDay(override.venue, override.day, { override }));
  return {
    overrides,
    disagreements: disagreementsOf(named),
    isTradingDay: (venue, day) => {
      const own = byKey.get(`${venue} ${day}`);
      return own === undefined ? !isKnownDay(day) || session(venue, day) !== null : own.state === 'open';
    },
  };
};

/** As a line for people. */
export const disagreementLine = ({ venues: where, day, counts, others }: CalendarDisagreement): string => {
  const place = where.length === venues.length ? '' : ` at ${where.join(', ')}`;
  return `calendar: ${day}${place} counts as ${counts}; ${others.join('; ')}`;
};

import type { Venue } from '../database/index.js';
import { calendarSources } from './closings.js';
import { daysBetween, startOfDay } from './day.js';
import { phasesWithin, type Phase } from './phases.js';
import type { TradingDay } from './saved.js';
import { closedBecause, isKnownDay, lateBecause, usualHours, type Session } from './session.js';

/** A day of the user's own calendar. It outranks what brokers said and what comes with this package. */
export type OverrideDay = Pick<TradingDay, 'venue' | 'day' | 'state' | 'openMs' | 'closeMs' | 'source'> & {
  /** Why, for whoever reads it later. */
  readonly reason: string;
};

/** What one source says of a day. */
export interface DayOpinion {
  readonly state: 'open' | 'closed';
  /** Null when the day is closed or the source tells no hours. */
  readonly hours: Session | null;
  /** E.g. the override file, the broker's operation, `built-in`. */
  readonly source: string;
  readonly reason: string | null;
}

/** What counts for a venue on a day, and who said so. */
export interface CalendarDay {
  readonly venue: Venue;
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
  /** `unknown`: nobody has told of this day; spend no quota on it. */
  readonly state: 'open' | 'closed' | 'unknown';
  /** Null unless the day is open. */
  readonly hours: Session | null;
  /** The source says that the day is open, and nobody said when: the usual hours of the venue stand here. */
  readonly hoursAssumed: boolean;
  /** Within the hours; see `phases`. */
  readonly phases: readonly Phase[];
  /** Of the first who said something; empty when unknown. */
  readonly source: string;
  readonly reason: string | null;
  /** Those of a lower rank that say something else. */
  readonly disagreements: readonly DayOpinion[];
}

/** Those who outrank the calendar of this package, the first of them first. */
export interface DayTold {
  readonly override?: OverrideDay | undefined;
  readonly saved?: TradingDay | undefined;
}

const told = (day: OverrideDay | TradingDay): DayOpinion => {
  const { state, openMs, closeMs, source } = day;
  const hours = openMs === null || closeMs === null ? null : { openMs, closeMs };
  return { state, hours, source, reason: 'reason' in day ? day.reason : null };
};

const builtIn = (venue: Venue, day: string): DayOpinion | undefined => {
  if (!isKnownDay(day)) return undefined;
  const source = calendarSources[Number(day.slice(0, 4))];
  const common = { source: source === undefined ? 'built-in' : `built-in (read ${source.read})` };
  const closed = closedBecause(venue, day);
  if (closed !== undefined) return { ...common, state: 'closed', hours: null, reason: closed };
  return { ...common, state: 'open', hours: usualHours(venue, day), reason: lateBecause(day) ?? null };
};

const differ = (one: DayOpinion, other: DayOpinion): boolean =>
  one.state !== other.state ||
  (one.hours !== null &&
    other.hours !== null &&
    (one.hours.openMs !== other.hours.openMs || one.hours.closeMs !== other.hours.closeMs));

/** What counts of all that was said of a day: override, then saved, then built in. Throws HUB_DAY_INVALID. */
export const calendarDay = (venue: Venue, day: string, { override, saved }: DayTold = {}): CalendarDay => {
  startOfDay(day);
  const opinions = [override && told(override), saved && told(saved), builtIn(venue, day)].filter(
    (each) => each !== undefined,
  );
  const [first, ...others] = opinions;
  if (first === undefined) {
    const nothing = { hours: null, hoursAssumed: false, phases: [], source: '', reason: null, disagreements: [] };
    return { venue, day, state: 'unknown', ...nothing };
  }
  const { state, source, reason } = first;
  const disagreements = others.filter((other) => differ(first, other));
  if (state === 'closed') {
    const why = reason ?? others.find((other) => other.state === 'closed')?.reason ?? null;
    return { venue, day, state, hours: null, hoursAssumed: false, phases: [], source, reason: why, disagreements };
  }
  const toldHours = opinions.find((each) => each.state === 'open' && each.hours !== null)?.hours;
  const hours = toldHours ?? usualHours(venue, day);
  return {
    ...{ venue, day, state, hours, hoursAssumed: toldHours === undefined },
    ...{ phases: phasesWithin(venue, day, hours), source, disagreements },
    reason: reason ?? others.find((other) => other.state === 'open')?.reason ?? null,
  };
};

const keyOf = ({ venue, day }: Pick<TradingDay, 'venue' | 'day'>): string => `${venue} ${day}`;

/** The days from the first to the last, both included, ascending, as `calendarDay`. Throws HUB_DAY_INVALID. */
export const calendarDays = (
  { venue, fromDay, toDay }: { readonly venue: Venue; readonly fromDay: string; readonly toDay: string },
  overrides: readonly OverrideDay[] = [],
  saved: readonly TradingDay[] = [],
): CalendarDay[] => {
  const overridden = new Map(overrides.map((each) => [keyOf(each), each]));
  const savedDays = new Map(saved.map((each) => [keyOf(each), each]));
  return daysBetween(fromDay, toDay).map((day) => {
    const key = keyOf({ venue, day });
    return calendarDay(venue, day, { override: overridden.get(key), saved: savedDays.get(key) });
  });
};

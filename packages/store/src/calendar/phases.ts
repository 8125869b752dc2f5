import type { Venue } from '../database/index.js';
import type { CalendarSource } from './closings.js';
import { at } from './day.js';
import { lateBecause, nextradeSince, session, usualHours, type Session } from './session.js';

/** What goes on in a part of a session. `undivided`: the session is known, its parts are not. */
export type PhaseName = 'pre-market' | 'regular' | 'closing-auction' | 'after-market' | 'undivided';

/** A part of a session in which there can be trades, UTC epoch ms; `toMs` is not part of it. */
export interface Phase {
  readonly name: PhaseName;
  readonly fromMs: number;
  readonly toMs: number;
  /** False: orders are collected and print once, at `toMs` or just after; the minutes before have no bars. */
  readonly continuous: boolean;
}

/** The usual limits of a phase, by the clock on the wall in Korea. */
export interface PhaseRule extends CalendarSource {
  readonly venue: Exclude<Venue, 'UN'>;
  readonly name: PhaseName;
  /** `HH:MM` or `HH:MM:SS`. */
  readonly from: string;
  readonly to: string;
  readonly continuous: boolean;
  /** Nobody has published these limits, or what is published differs: `source` says how. */
  readonly uncertain: boolean;
}

const pages = 'several public projects that quote the page of the exchange';

/**
 * The usual phases, with their sources. Those of Nextrade are settings as much as facts: give `phases` others when you
 * know better. The after-market of the Exchange (16:00 to 20:00 since 2026-09-14, by the press) is no part of its session.
 */
export const phaseRules: readonly PhaseRule[] = [
  {
    ...{ venue: 'KRX', name: 'regular', from: '09:00', to: '15:20', continuous: true, uncertain: false },
    ...{ source: 'KIS minute bars: 09:00 to 15:19, then 15:30', read: '2026-11-23' },
  },
  {
    ...{ venue: 'KRX', name: 'closing-auction', from: '15:20', to: '15:30', continuous: false, uncertain: false },
    ...{ source: 'KIS minute bars: one print, labelled 15:30', read: '2026-11-23' },
  },
  {
    ...{ venue: 'NXT', name: 'pre-market', from: '08:00', to: '08:50', continuous: true, uncertain: false },
    ...{ source: pages, read: '2026-11-23' },
  },
  {
    ...{ venue: 'NXT', name: 'regular', from: '09:00:30', to: '15:20', continuous: true, uncertain: false },
    ...{ source: pages, read: '2026-11-23' },
  },
  {
    ...{ venue: 'NXT', name: 'after-market', from: '15:40', to: '20:00', continuous: true, uncertain: true },
    ...{ source: `${pages}; the press lets it begin at 15:30, with trades at the closing price`, read: '2026-11-23' },
  },
];

const byRules = (venue: PhaseRule['venue'], day: string, rules: readonly PhaseRule[]): Phase[] =>
  rules
    .filter((rule) => rule.venue === venue)
    .map(({ name, from, to, continuous }) => ({ name, fromMs: at(day, from), toMs: at(day, to), continuous }));

/** What is late of the Exchange: its opening, and on the examination day all the rest as well. */
const shifted = (usual: readonly Phase[], { openMs, closeMs }: Session): Phase[] => {
  const lateMs = closeMs - (usual.at(-1)?.toMs ?? closeMs);
  return usual.map((phase) => ({
    ...phase,
    fromMs: Math.max(phase.fromMs + lateMs, openMs),
    toMs: phase.toMs + lateMs,
  }));
};

const exchange = (day: string, rules: readonly PhaseRule[]): Phase[] =>
  shifted(byRules('KRX', day, rules), usualHours('KRX', day));

/** The Exchange's phases where both trade: a minute is open when either is. */
const together = (day: string, rules: readonly PhaseRule[]): Phase[] => {
  const own = exchange(day, rules);
  const first = own[0]?.fromMs ?? Infinity;
  const last = own.at(-1)?.toMs ?? -Infinity;
  const outside = byRules('NXT', day, rules).flatMap((phase): Phase[] => {
    const before = { ...phase, toMs: Math.min(phase.toMs, first) };
    const after = { ...phase, fromMs: Math.max(phase.fromMs, last) };
    return [before, after].filter(({ fromMs, toMs }) => fromMs < toMs);
  });
  return [...own, ...outside].sort((one, other) => one.fromMs - other.fromMs);
};

const undivided = ({ openMs, closeMs }: Session): Phase[] => [
  { name: 'undivided', fromMs: openMs, toMs: closeMs, continuous: true },
];

/**
 * The phases of hours that somebody told: the usual ones where the hours are, and one phase from opening to close
 * otherwise, as nobody has told its parts. Ascending, disjoint, within the hours.
 */
export const phasesWithin = (
  venue: Venue,
  day: string,
  hours: Session,
  rules: readonly PhaseRule[] = phaseRules,
): Phase[] => {
  const usual = usualHours(venue, day);
  if (usual.openMs !== hours.openMs || usual.closeMs !== hours.closeMs) return undivided(hours);
  if (venue === 'KRX' || day < nextradeSince) return exchange(day, rules);
  // What Nextrade does when the Exchange opens late is not on record.
  if (lateBecause(day) !== undefined) return undivided(hours);
  return venue === 'NXT' ? byRules('NXT', day, rules) : together(day, rules);
};

/**
 * When there can be trades at a venue on a KST day, ascending and disjoint: nothing is missing of the minutes between
 * phases. Empty when it is closed or the calendar does not know the day. Throws HUB_DAY_INVALID.
 */
export const phases = (venue: Venue, day: string, rules: readonly PhaseRule[] = phaseRules): Phase[] => {
  const hours = session(venue, day);
  return hours === null ? [] : phasesWithin(venue, day, hours, rules);
};

import { listValue, type DuckDBValue } from '@duckdb/node-api';
import { dayMs, hoursOf, koreanDay, startOfDay, type Calendar } from '../calendar/index.js';
import { type BarInterval, type Database, timestamp, type Venue, venues } from '../database/index.js';
import { anythingSql, sharesSql, stretchesSql, type KnownSqlOptions } from './known-sql.js';
import { coverageStates, type CoverageState } from './state.js';

/** What can be known of a symbol: its bars, its trades, its order books. */
export type KnownKind = 'candle' | 'trade' | 'book';

/** Of which time something is asked. Days are Korean, `YYYY-MM-DD`; both ends belong to the range. */
export interface KnownQuery {
  /** Of these also the days of which nothing at all is known; left out, all of which something is. */
  readonly symbols?: readonly string[];
  /** Left out, every venue of which something is known, and KRX for a named symbol of which nothing is. */
  readonly venue?: Venue;
  /** Left out, whatever is known of any of the symbols, candles of both intervals; trades where nothing is. */
  readonly kind?: KnownKind;
  /** Of candles; `1m` unless given with the kind. */
  readonly interval?: BarInterval;
  readonly fromDay: string;
  readonly toDay: string;
}

/** As `KnownQuery`, and which of the stretches that it finds. */
export interface KnownStretchQuery extends KnownQuery {
  /** All unless given. */
  readonly states?: readonly CoverageState[];
  /** No more than so many stretches; `total` counts the others too. */
  readonly limit?: number;
}

/** A series on a venue. */
export interface KnownSeries {
  readonly symbol: string;
  readonly venue: Venue;
  readonly kind: KnownKind;
  /** Null unless the kind is `candle`. */
  readonly interval: BarInterval | null;
}

/** What is known of a part of a session. Half-open, UTC epoch ms. */
export interface KnownStretch extends KnownSeries {
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: CoverageState;
  /** Of trades and books that are missing: the gap's word for it, `not-collected` where no run was there; null where nothing is known of the day. */
  readonly cause: string | null;
  /** Of trades and books that are unavailable or expired: why nobody tells them. */
  readonly reason: string | null;
  /** Whether the gap has not ended yet. */
  readonly lasts: boolean;
}

/** A session of the range that has begun. UTC epoch ms. */
export interface KnownSession {
  readonly venue: Venue;
  readonly day: string;
  readonly fromMs: number;
  /** With the print of the closing auction, which comes within a minute of the close. */
  readonly toMs: number;
}

/** What is known of the sessions of a range. */
export interface KnownTime {
  /** Kind by kind; by day, symbol, venue and beginning. */
  readonly stretches: readonly KnownStretch[];
  /** How many there are without the limit. */
  readonly total: number;
  /** By day and venue. */
  readonly sessions: readonly KnownSession[];
}

/** How much of the sessions of a series is in which state, ms. */
export interface KnownShare extends KnownSeries {
  /** Of all states together. */
  readonly ofMs: number;
  readonly byState: Readonly<Partial<Record<CoverageState, number>>>;
}

interface Series {
  readonly kind: KnownKind;
  readonly interval: BarInterval | null;
}

/** The closing auction prints at or just after the close. */
const afterCloseMs = 60_000;
const minuteMs = 60_000;

const seriesOf = ({ kind, interval }: KnownQuery): readonly Series[] => {
  if (kind === 'candle') return [{ kind, interval: interval ?? '1m' }];
  if (kind !== undefined) return [{ kind, interval: null }];
  return [...feeds, { kind: 'candle', interval: '1m' }, { kind: 'candle', interval: '1d' }];
};

const feeds = [
  { kind: 'trade', interval: null },
  { kind: 'book', interval: null },
] as const satisfies readonly Series[];

const daysOf = (fromDay: string, toDay: string): string[] => {
  const days: string[] = [];
  const last = startOfDay(toDay);
  for (let ms = startOfDay(fromDay); ms <= last; ms += dayMs) days.push(koreanDay(ms));
  return days;
};

/** When it is asked, UTC epoch ms, and what counts for each day. */
export interface Surroundings {
  readonly now: number;
  readonly calendar: Calendar;
}

/** A session, and the part of it of which something can be known by now. */
interface Asked extends KnownSession {
  readonly closeMs: number;
}

const sessionsOf = async (query: KnownQuery, { now: nowMs, calendar }: Surroundings): Promise<Asked[]> => {
  const { fromDay, toDay } = query;
  const asked = query.venue === undefined ? venues : [query.venue];
  const hours = await hoursOf(calendar, { venues: asked, fromDay, toDay });
  return daysOf(fromDay, toDay).flatMap((day) =>
    asked.flatMap((venue) => {
      const open = hours(venue, day);
      if (!open || open.openMs >= nowMs) return [];
      const { openMs: fromMs, closeMs } = open;
      return [{ venue, day, fromMs, closeMs, toMs: closeMs + afterCloseMs }];
    }),
  );
};

/** Where a series of bars or of live events can be known to: a minute that goes on has no bar yet, nor has a day. */
const untilMs = ({ closeMs, toMs }: Asked, { interval }: Series, nowMs: number): number => {
  if (interval === '1d') return closeMs <= nowMs ? closeMs : 0;
  return Math.min(toMs, interval === '1m' ? Math.floor(nowMs / minuteMs) * minuteMs : nowMs);
};

/** A feed that has told something within this time is there still: it is quiet, or its last rows are on their way. */
const stillThereMs = 60_000;

/** What one query is about, and the values that it goes by. */
interface Part {
  readonly series: Series;
  readonly options: KnownSqlOptions;
  readonly values: Record<string, DuckDBValue>;
}

/** Undefined when nothing of the series can be known by now. */
const partOf = (
  { symbols }: KnownQuery,
  series: Series,
  sessions: readonly Asked[],
  nowMs: number,
): Part | undefined => {
  const hours = sessions.flatMap((session) => {
    const until = untilMs(session, series, nowMs);
    const { venue, day, fromMs, closeMs } = session;
    return until > fromMs ? [[venue, day, fromMs, closeMs, until].join(' ')] : [];
  });
  if (hours.length === 0) return undefined;
  const feed = series.kind !== 'candle';
  const values = {
    hours: listValue(hours),
    ...(symbols && { symbols: listValue([...symbols]) }),
    ...(feed
      ? { kind: series.kind, now: timestamp(nowMs), recently: timestamp(nowMs - stillThereMs) }
      : { interval: series.interval }),
  };
  return { series, options: { feed, named: symbols !== undefined }, values };
};

interface Question {
  readonly sessions: readonly Asked[];
  readonly parts: readonly Part[];
}

/** Where the kind is left open: of those that may be meant the ones of which something is known. */
const questionOf = async (database: Database, query: KnownQuery, around: Surroundings): Promise<Question> => {
  const sessions = await sessionsOf(query, around);
  const known: Part[] = [];
  const parts = seriesOf(query).flatMap((series) => partOf(query, series, sessions, around.now) ?? []);
  for (const part of parts) {
    const counts = query.kind !== undefined || (await database.all(anythingSql(part.options), part.values)).length > 0;
    if (counts) known.push(part);
  }
  const venue = query.symbols && { venue: query.venue ?? 'KRX' };
  const asked = known.length > 0 ? known : parts.slice(0, 1);
  return { sessions, parts: asked.map((part) => ({ ...part, values: { ...part.values, ...venue } })) };
};

/** Rejects with HUB_DAY_INVALID. What comes after `now` is not known, and is no gap. */
export const readKnown = async (
  database: Database,
  query: KnownStretchQuery,
  around: Surroundings,
): Promise<KnownTime> => {
  const { states = coverageStates, limit = Number.MAX_SAFE_INTEGER } = query;
  const { sessions, parts } = await questionOf(database, query, around);
  const stretches: KnownStretch[] = [];
  let total = 0;
  for (const { series, options, values } of parts) {
    const room = Math.max(0, limit - stretches.length);
    // The total stands in each row, so one has to come.
    const sql = stretchesSql({ ...options, limit: Math.max(1, room) });
    const rows = await database.all(sql, { ...values, states: listValue([...states]) });
    total += Number(rows[0]?.total ?? 0);
    for (const { total: _, ...row } of rows.slice(0, room)) {
      stretches.push({ ...(row as unknown as KnownStretch), ...series }); // its columns
    }
  }
  return { stretches, total, sessions: sessions.map(({ closeMs: _, ...session }) => session) };
};

interface StateSum {
  readonly symbol: string;
  readonly venue: Venue;
  readonly state: CoverageState;
  readonly ms: number;
}

/** By kind, symbol and venue. Rejects with HUB_DAY_INVALID. */
export const readShares = async (
  database: Database,
  query: KnownQuery,
  around: Surroundings,
): Promise<KnownShare[]> => {
  const { parts } = await questionOf(database, query, around);
  const shares: KnownShare[] = [];
  for (const { series, options, values } of parts) {
    const rows = await database.all(sharesSql(options), values);
    const sums = rows as unknown as readonly StateSum[]; // the columns of that select are its fields
    const bySeries = new Map<string, KnownShare>();
    for (const { symbol, venue, state, ms } of sums) {
      const key = `${symbol} ${venue}`;
      const { ofMs = 0, byState = {} } = bySeries.get(key) ?? {};
      bySeries.set(key, { symbol, venue, ...series, ofMs: ofMs + ms, byState: { ...byState, [state]: ms } });
    }
    shares.push(...bySeries.values());
  }
  return shares;
};

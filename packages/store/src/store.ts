import {
  calendarDays,
  saveTradingDays,
  savedTradingDays,
  startOfDay,
  type Calendar,
  type CalendarDay,
  type OverrideDay,
  type TradingDay,
  type TradingDayQuery,
} from './calendar/index.js';
import {
  missingDays,
  readCoverage,
  readKnown,
  readShares,
  type CoverageQuery,
  type CoverageRow,
  type KnownQuery,
  type KnownShare,
  type KnownStretchQuery,
  type KnownTime,
  type MissingDaysBySymbolQuery,
  type MissingDaysQuery,
} from './coverage/index.js';
import { Database, openFailure, type BarInterval } from './database/index.js';
import {
  candleRecipe,
  feedRecipe,
  GroupCommit,
  verifyTicks,
  type CandleBatch,
  type FeedBatch,
  type FeedWriteResult,
  type Verification,
  type VerifyQuery,
  type WriteResult,
} from './ingest/index.js';
import {
  compact,
  exportParquet,
  snapshot,
  type CompactResult,
  type ExportResult,
  type ParquetExport,
  type SnapshotResult,
} from './export/index.js';
import { rawKeeper, type RawTidied } from './raw/index.js';
import { readHoles, type Hole, type HoleQuery } from './hole/index.js';
import { migrate } from './migration/index.js';
import {
  readBooks,
  readCollected,
  readCandles,
  readDisagreements,
  readGaps,
  readSummary,
  readTicks,
  type BookQuery,
  type BookRow,
  type CandleQuery,
  type CandleRow,
  type Disagreement,
  type DisagreementQuery,
  type GapQuery,
  type GapRow,
  type StoreSummary,
  type TickQuery,
  type TickRow,
} from './query/index.js';

/** What `openStore` takes. */
export interface StoreOptions {
  /** The DuckDB file; it is created when it is not there. */
  readonly path: string;
  /** DuckDB's `memory_limit`, with a unit; `1GB` unless given. */
  readonly memoryLimit?: string;
  /** Of DuckDB; 2 unless given. */
  readonly threads?: number;
  /** Days of the user's own calendar, which outrank saved trading days and the calendar of this package; none unless given. */
  readonly calendar?: readonly OverrideDay[];
  /**
   * Raw answers that come with batches are kept for so many Korean days behind today, and then removed; 0 keeps none and removes those
   * that are there. None are kept, and none removed, unless given.
   */
  readonly rawKeepDays?: number;
  /** UTC epoch ms, for the times that the store itself records; that of the system unless given. */
  readonly clock?: () => number;
}

const defaults = {
  memoryLimit: '1GB', // DuckDB would take 80 % of the machine, which collectors share
  threads: 2, // a write is bound by the log on disk, not by processors
  calendar: [],
  clock: Date.now,
} as const satisfies Partial<StoreOptions>;

/**
 * Market data in one DuckDB file that this process alone has open. Reads see what is committed.
 * After `close` every call rejects with HUB_STORE_CLOSED.
 */
export interface Store extends AsyncDisposable {
  /** The file, absolute, without symbolic links. */
  readonly path: string;

  /**
   * Resolves after the commit: rows, coverage and provenance of the batch are then on disk together. Batches of
   * concurrent calls share a transaction. Rejects, and then nothing of the batch is kept, with HUB_BATCH_INVALID
   * (mend it) or HUB_STORE_FULL (free space and write it again).
   */
  write(batch: CandleBatch): Promise<WriteResult>;

  /**
   * As `write`, of what live feeds have told. A trade that another feed, another collector or another delivery has written
   * is one row, and the first one stays; a gap that is told again with its end is closed.
   */
  writeFeed(batch: FeedBatch): Promise<FeedWriteResult>;

  /**
   * Which of `days` the given sources together do not cover yet from opening to close, in the given order. Days without
   * trading never are missing. It goes by `calendar`; of a day that it does not know, or without hours, any answer is
   * enough. Rejects with HUB_DAY_INVALID.
   */
  missingDays(query: MissingDaysQuery): Promise<string[]>;

  /** As `missingDays` of every symbol, in the given order and each of them once, at about the price of one. */
  missingDaysBySymbol(query: MissingDaysBySymbolQuery): Promise<Map<string, string[]>>;

  /** What is known of stretches of time, by symbol, venue, interval, source and start. */
  coverage(query?: CoverageQuery): Promise<CoverageRow[]>;

  /**
   * What is known of the sessions of a range of days, as disjoint ascending stretches: of candles by what all sources told together,
   * of trades and books by when collectors were there, less their gaps, with what recoveries brought back. Nothing of it is stored
   * twice. Saved trading days outrank the calendar; days that neither knows, and what comes after now, are left out. Rejects with
   * HUB_DAY_INVALID.
   */
  coverageOf(query: KnownStretchQuery): Promise<KnownTime>;

  /** The same added up per series: how much of the sessions is in which state. Rejects with HUB_DAY_INVALID. */
  coverageShares(query: KnownQuery): Promise<KnownShare[]>;

  /** Bars as each source gave them, by symbol and start, then venue and source. */
  candles(query: CandleQuery): AsyncIterable<CandleRow>;

  /** As `candles`, of each bar only the one from the best source (the order of `sources`). */
  candlesBest(query: CandleQuery): AsyncIterable<CandleRow>;

  /**
   * Bars of which the REST interfaces of the two brokers tell different things on the same venue, by symbol and start.
   * Recorded by `write`, in the transaction of the rows; gone once they agree.
   */
  disagreements(query?: DisagreementQuery): AsyncIterable<Disagreement>;

  /** The trades of a symbol and Korean day, ascending by `dayVolume`. Rejects with HUB_DAY_INVALID. */
  ticks(query: TickQuery): AsyncIterable<TickRow>;

  /** The states of an order book, in the order in which they were received. */
  books(query: BookQuery): AsyncIterable<BookRow>;

  /** When something of a live feed may be missing, by beginning, symbol and id. */
  gaps(query?: GapQuery): AsyncIterable<GapRow>;

  /**
   * What gaps that have ended still lack, one part per trading day that they touch, by their beginning. Outside of the hours of a
   * venue nothing is missing; a day that `calendar` does not know is left out.
   */
  holes(query?: HoleQuery): Promise<Hole[]>;

  /** The shares whose trades were collected on a day, also for a part of it. Rejects with HUB_DAY_INVALID. */
  collected(query: VerifyQuery): Promise<string[]>;

  /**
   * Adds up the trades of a day to minute bars and compares their volumes with the bars that a broker told of the same venue. They are
   * stored as `TICK_AGGREGATION_VERIFIED` where they agree and as `TICK_AGGREGATION_UNVERIFIED` where nothing proves them; a minute
   * that does not add up though nothing was known to be missing is a gap from then on. Rejects with HUB_DAY_INVALID.
   */
  verifyTicks(query: VerifyQuery): Promise<Verification>;
  /**
   * What counts for each day, both ends included, ascending: `calendar` of the options first, then what was saved, then
   * the calendar of this package. Rejects with HUB_DAY_INVALID.
   */
  calendar(query: TradingDayQuery): Promise<CalendarDay[]>;

  /** What `saveTradingDays` was told, by day, both ends included. Rejects with HUB_DAY_INVALID. */
  tradingDays(query: TradingDayQuery): Promise<TradingDay[]>;

  /** Of two answers for one day the one fetched later stays. Rejects with HUB_DAY_INVALID. */
  saveTradingDays(days: readonly TradingDay[]): Promise<void>;

  /**
   * Writes a copy of the store, as it is between two commits, which other processes can open while this one goes on. Replaces an
   * earlier snapshot whole or not at all. Rejects with HUB_EXPORT_REFUSED where something else lies at `path`, or HUB_STORE_FULL.
   */
  snapshot(path: string): Promise<SnapshotResult>;

  /**
   * Writes Parquet files by table and Korean day below `dir`, of one state of the store while commits go on:
   * `candles/interval=1m/day=2026-11-06/data.parquet`, and likewise `ticks`, `books` and `gaps`, each row with its batch. Days that are
   * there unchanged are left alone. Rejects with HUB_DAY_INVALID or HUB_STORE_FULL.
   */
  exportParquet(query: ParquetExport): Promise<ExportResult>;

  /**
   * Moves raw answers of days that are over, or that are many, into Parquet files in the folder `<file>.raw`, and removes those that
   * are older than `rawKeepDays`. Ended anywhere, it loses nothing and keeps nothing twice. `close` does it too. Rejects with
   * HUB_STORE_FULL.
   */
  tidyRaw(): Promise<RawTidied>;

  /** Counts all that is there. */
  summary(): Promise<StoreSummary>;

  /** Waits for writes that were accepted, then lets go of the file. Safe to call twice. */
  close(): Promise<void>;
}

/** The print of the closing auction is a minute bar of its own that starts at the close (KRX: 15:30, observed). */
const lastBarMs = { '1m': 60_000, '1d': 0 } as const satisfies Record<BarInterval, number>;

const missingDaysByCalendar = async (
  database: Database,
  query: MissingDaysBySymbolQuery,
  calendar: Calendar,
): Promise<Map<string, string[]>> => {
  const { venue, days } = query;
  const [fromDay, toDay] = [...days].sort().filter((_, index, all) => index === 0 || index === all.length - 1);
  if (fromDay === undefined) return new Map(query.symbols.map((symbol) => [symbol, []]));
  const known = await calendar({ venue, fromDay, toDay: toDay ?? fromDay });
  const byDay = new Map(known.map((each) => [each.day, each]));
  return missingDays(database, query, (day) => {
    const { state, hours = null, hoursAssumed } = byDay.get(day) ?? {};
    if (state === 'closed') return null;
    if (hours === null || hoursAssumed === true) return undefined;
    return { fromMs: hours.openMs, toMs: hours.closeMs + lastBarMs[query.interval] };
  });
};

/** The file, at the newest schema. */
const openDatabase = async (settings: Required<Omit<StoreOptions, 'rawKeepDays'>>): Promise<Database> => {
  const database = await Database.open(settings);
  try {
    await migrate(database, settings.clock());
    return database;
  } catch (error) {
    await database.close();
    throw openFailure(database.path, error, undefined); // damage shows when the tables are read
  }
};

/**
 * Drops batches that nothing points to any more and that are a week old, and writes the file anew where that saves more than a fifth.
 * The old file stays whole until the new one is on disk. Needs the file for itself, and room for a copy of it beside it. Rejects as
 * `openStore` does.
 */
export const compactStore = async (options: StoreOptions): Promise<CompactResult> => {
  const settings = { ...defaults, ...options };
  const database = await openDatabase(settings);
  try {
    await rawKeeper(database, settings).tidy();
    return await compact(database, settings.clock());
  } finally {
    await database.close();
  }
};

/**
 * Opens the file as its one writer and brings it to the newest schema. Rejects with HUB_STORE_LOCKED (another process,
 * or this one, has it), HUB_STORE_UNREADABLE, HUB_STORE_NEWER, HUB_STORE_MIGRATION_CHANGED or HUB_STORE_FULL.
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const settings = { ...defaults, ...options };
  const database = await openDatabase(settings);
  const calendar: Calendar = async (query) =>
    calendarDays(query, settings.calendar, await savedTradingDays(database, query));
  const candles = new GroupCommit(database, settings.clock, candleRecipe((settings.rawKeepDays ?? 0) > 0));
  const feeds = new GroupCommit(database, settings.clock, feedRecipe);
  const raw = rawKeeper(database, settings);
  const close = async (): Promise<void> => {
    await Promise.all([candles.close(), feeds.close()]);
    await raw.tidy().catch(() => undefined); // what stays in the file is moved next time
    await database.close();
  };
  return {
    path: database.path,
    write: (batch) => candles.write(batch),
    writeFeed: (batch) => feeds.write(batch),
    missingDays: async ({ symbol, ...query }) =>
      (await missingDaysByCalendar(database, { ...query, symbols: [symbol] }, calendar)).get(symbol) ?? [],
    missingDaysBySymbol: (query) => missingDaysByCalendar(database, query, calendar),
    coverage: (query = {}) => readCoverage(database, query),
    coverageOf: (query) => readKnown(database, query, { now: settings.clock(), calendar }),
    coverageShares: (query) => readShares(database, query, { now: settings.clock(), calendar }),
    candles: (query) => readCandles(database, 'candles', query),
    candlesBest: (query) => readCandles(database, 'candles_best', query),
    disagreements: (query = {}) => readDisagreements(database, query),
    ticks: (query) => ticksOfDay(database, query),
    books: (query) => readBooks(database, query),
    gaps: (query = {}) => readGaps(database, query),
    collected: async ({ venue, day }) => readCollected(database, { venue, fromMs: startOfDay(day) }),
    verifyTicks: async (query) => {
      startOfDay(query.day); // refuses what is no day
      return database.transaction((connection) => verifyTicks(connection, query, settings.clock()));
    },
    holes: (query = {}) => readHoles(database, query, calendar),
    calendar,
    tradingDays: (query) => savedTradingDays(database, query),
    saveTradingDays: (days) => saveTradingDays(database, days),
    snapshot: (path) => snapshot(database, path),
    exportParquet: async (query) => exportParquet(database, query),
    tidyRaw: () => raw.tidy(),
    summary: () => readSummary(database),
    close,
    [Symbol.asyncDispose]: close,
  };
};

async function* ticksOfDay(database: Database, query: TickQuery): AsyncGenerator<TickRow> {
  startOfDay(query.day); // refuses what is no day
  yield* readTicks(database, query);
}

import { brokerNames } from '@hub/client';
import { defaultPrefix } from '@hub/client/service';
import {
  barIntervals,
  coverageStates,
  exportTables,
  venues,
  type CalendarDay,
  type ExportResult,
  type Hole,
  type HoleQuery,
  type KnownQuery,
  type KnownShare,
  type KnownStretch,
  type KnownStretchQuery,
  type KnownTime,
  type ParquetExport,
  type SnapshotResult,
  type TradingDayQuery,
  type Verification,
  type VerifyQuery,
} from '@hub/store';
import { z } from 'zod';

import { queueNames } from './names.js';
import { askWriter } from './question.js';

const name = z.string().min(1);
const instant = z.number();

const dayOfVenue = z.strictObject({ venue: z.enum(venues), day: name });
/** Which sessions of which series. */
const known = {
  symbols: z.array(name).readonly().optional(),
  venue: z.enum(venues).optional(),
  kind: z.enum(['candle', 'trade', 'book']).optional(),
  interval: z.enum(barIntervals).optional(),
  fromDay: name,
  toDay: name,
};

const limit = z.number().int().nonnegative();

const question = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('collected'), query: dayOfVenue }),
  z.strictObject({ kind: z.literal('verify'), query: dayOfVenue }),
  z.strictObject({
    kind: z.literal('holes'),
    query: z.strictObject({
      symbols: z.array(name).readonly().optional(),
      kind: z.enum(['trade', 'book']).optional(),
      fromDay: name.optional(),
      toDay: name.optional(),
    }),
  }),
  z.strictObject({
    kind: z.literal('calendar'),
    query: z.strictObject({ venue: z.enum(venues), fromDay: name, toDay: name }),
  }),
  z.strictObject({
    kind: z.literal('gaps'),
    query: z.strictObject({ ...known, states: z.array(z.enum(coverageStates)).readonly().optional(), limit }),
  }),
  z.strictObject({ kind: z.literal('coverage'), query: z.strictObject({ ...known, limit }) }),
  z.strictObject({ kind: z.literal('snapshot'), path: name }),
  z.strictObject({
    kind: z.literal('export'),
    query: z.strictObject({
      dir: name,
      tables: z.array(z.enum(exportTables)).readonly().optional(),
      fromDay: name.optional(),
      toDay: name.optional(),
    }),
  }),
]);
/** What the writer of a store can be asked, beside what a backfill lacks. */
export type Question = Readonly<z.output<typeof question>>;

/** A question on its way to the writer: only its process can read the file. */
export const askPayload = z.strictObject({ v: z.literal(1), question });

const hole: z.ZodType<Hole> = z.object({
  gapId: name,
  broker: z.enum(brokerNames),
  kind: z.enum(['trade', 'book']),
  symbol: name,
  venue: z.enum(venues),
  day: name,
  fromMs: instant,
  toMs: instant,
  cause: name,
  missing: z.number().nullable(),
});

const hours = z.object({ openMs: instant, closeMs: instant }).nullable();

const calendarDay: z.ZodType<CalendarDay> = z.object({
  venue: z.enum(venues),
  day: name,
  state: z.enum(['open', 'closed', 'unknown']),
  hours,
  hoursAssumed: z.boolean(),
  phases: z.array(
    z.object({
      name: z.enum(['pre-market', 'regular', 'closing-auction', 'after-market', 'undivided']),
      fromMs: instant,
      toMs: instant,
      continuous: z.boolean(),
    }),
  ),
  source: z.string(),
  reason: z.string().nullable(),
  disagreements: z.array(
    z.object({ state: z.enum(['open', 'closed']), hours, source: z.string(), reason: z.string().nullable() }),
  ),
});

const series = {
  symbol: name,
  venue: z.enum(venues),
  kind: z.enum(['candle', 'trade', 'book']),
  interval: z.enum(barIntervals).nullable(),
};
const stretch: z.ZodType<KnownStretch> = z.object({
  ...series,
  day: name,
  fromMs: instant,
  toMs: instant,
  state: z.enum(coverageStates),
  cause: z.string().nullable(),
  reason: z.string().nullable(),
  lasts: z.boolean(),
});
const gapsAnswer: z.ZodType<KnownTime> = z.object({
  stretches: z.array(stretch),
  total: z.number(),
  sessions: z.array(z.object({ venue: z.enum(venues), day: name, fromMs: instant, toMs: instant })),
});

const states = z.partialRecord(z.enum(coverageStates), z.number());
const coverageAnswer: z.ZodType<CoverageAnswer> = z.object({
  shares: z.array(z.object({ ...series, ofMs: z.number(), byState: states })),
  total: z.number(),
  whole: z.number(),
  ofMs: z.number(),
  byState: states,
});

/** What the writer tells of the coverage of many series. */
export interface CoverageAnswer {
  /** Series with the most missing first; no more than were asked for. */
  readonly shares: readonly KnownShare[];
  /** Series in all. */
  readonly total: number;
  /** Series of which nothing is missing. */
  readonly whole: number;
  /** Of all series, also those that were not asked for: their sessions, and how much of them is in which state, ms. */
  readonly ofMs: number;
  readonly byState: KnownShare['byState'];
}

const snapshotResult: z.ZodType<SnapshotResult> = z.object({ path: name, bytes: z.number(), pausedMs: z.number() });

const exportResult: z.ZodType<ExportResult> = z.object({
  dir: name,
  tables: z.array(
    z.object({
      table: z.enum(exportTables),
      written: z.number(),
      unchanged: z.number(),
      removed: z.number(),
      rows: z.number(),
    }),
  ),
});

/** Which writer is asked. */
export interface AskOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** Of the store's file: see `storeIdOf`. */
  readonly storeId: string;
  /** How long to wait for the writer, ms; 10 s by default, an hour for exports and snapshots. */
  readonly timeoutMs?: number;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
}

const answeredWithinMs = 10_000;
const askAgainMs = 3_000;

/** The whole of a large store is read and written. Who asks again shares the answer that is being made. */
const forExports = { timeoutMs: 3_600_000, againMs: 60_000 } as const;

const ask = <T>(
  options: AskOptions,
  asked: Question,
  answer: z.ZodType<T>,
  patience: { readonly timeoutMs: number; readonly againMs: number } = {
    timeoutMs: answeredWithinMs,
    againMs: askAgainMs,
  },
): Promise<T> => {
  const { redisUrl, storeId, timeoutMs = patience.timeoutMs, prefix = defaultPrefix } = options;
  return askWriter(
    {
      ...{ redisUrl, storeId, prefix, timeoutMs, againMs: patience.againMs },
      ...{ queue: queueNames.ask(storeId), payload: { v: 1, question: asked } },
    },
    (value) => answer.parse(value),
  );
};

/** What gaps in a store still lack. Spends no quota. Rejects with HUB_WRITER_AWAY, HUB_DAY_INVALID, HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED. */
export const askHoles = (options: AskOptions, query: HoleQuery = {}): Promise<Hole[]> =>
  ask(options, { kind: 'holes', query: { ...query } }, z.array(hole));

/** The shares whose trades a store has collected on a day. Rejects like `askHoles`. */
export const askCollected = (options: AskOptions, query: VerifyQuery): Promise<string[]> =>
  ask(options, { kind: 'collected', query }, z.array(name));

const verification: z.ZodType<Verification> = z.object({
  verified: z.number(),
  unverified: z.number(),
  gaps: z.number(),
});

/** Has a writer compare trades with the bars of a broker, as `store.verifyTicks`. Rejects like `askHoles`. */
export const askVerification = (options: AskOptions, query: VerifyQuery): Promise<Verification> =>
  ask(options, { kind: 'verify', query }, verification);
/** What counts for each day, as `store.calendar`. Spends no quota. Rejects like `askHoles`. */
export const askCalendar = (options: AskOptions, query: TradingDayQuery): Promise<CalendarDay[]> =>
  ask(options, { kind: 'calendar', query: { ...query } }, z.array(calendarDay));
/** Larger answers are cut, and say so: they travel as one value of Redis. */
export const answerLimit = 5_000;

/**
 * Stretches of sessions in the given states, 5,000 at most; `total` counts all. Spends no quota. Rejects like `askHoles`.
 */
export const askGaps = (options: AskOptions, query: KnownStretchQuery): Promise<KnownTime> =>
  ask(options, { kind: 'gaps', query: { ...query, limit: limitOf(query) } }, gapsAnswer);

/** How much of the sessions is in which state: 5,000 series at most, the totals are of all. Spends no quota. Rejects like `askHoles`. */
export const askCoverage = (
  options: AskOptions,
  query: KnownQuery & { readonly limit?: number },
): Promise<CoverageAnswer> =>
  ask(options, { kind: 'coverage', query: { ...query, limit: limitOf(query) } }, coverageAnswer);

const limitOf = ({ limit: asked = answerLimit }: { readonly limit?: number }): number => Math.min(asked, answerLimit);
/**
 * Has the writer write a snapshot of its store. `path` is one of its machine, absolute, and below the folder that it exports to. Rejects
 * with HUB_EXPORT_REFUSED (as a RemoteFailure) elsewhere, or as `askHoles` does.
 */
export const askSnapshot = (options: AskOptions, path: string): Promise<SnapshotResult> =>
  ask(options, { kind: 'snapshot', path }, snapshotResult, forExports);

/** As `askSnapshot`, of Parquet files below `dir`; see `exportParquet` of a store. HUB_DAY_INVALID for what is no day. */
export const askExport = (options: AskOptions, { signal, ...query }: ParquetExport): Promise<ExportResult> => {
  signal?.throwIfAborted();
  return ask(options, { kind: 'export', query: { ...query } }, exportResult, forExports);
};

import { brokerNames } from '@hub/client';
import { defaultPrefix } from '@hub/client/service';
import {
  exportTables,
  venues,
  type ExportResult,
  type Hole,
  type HoleQuery,
  type ParquetExport,
  type SnapshotResult,
} from '@hub/store';
import { z } from 'zod';

import { queueNames } from './names.js';
import { askWriter } from './question.js';

const name = z.string().min(1);
const instant = z.number();

const question = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('holes'),
    query: z.strictObject({
      symbols: z.array(name).readonly().optional(),
      kind: z.enum(['trade', 'book']).optional(),
      fromDay: name.optional(),
      toDay: name.optional(),
    }),
  }),
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

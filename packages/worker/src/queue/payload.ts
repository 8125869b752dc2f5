import { brokerNames, errors, sourceOf } from '@hub/client';
import { coverageStates } from '@hub/store';
import { z } from 'zod';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, YYYY-MM-DD');
const instantMs = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const name = z.string().min(1);

const broker = z.enum(brokerNames);
const venue = z.enum(['KRX', 'NXT', 'UN']);
const interval = z.enum(['1m', '1d']);

const windowSpec = z.strictObject({
  /** Stable: the same symbol, venue, interval and days give the same id. */
  id: name.regex(/^[^:]+$/, "must not contain ':'"),
  broker,
  symbol: name,
  venue,
  interval,
  /** KST trading days, both included. */
  from: day,
  to: day,
  estimatedCalls: count,
});
/** One piece of a backfill: a range of trading days of one series, fetched and committed as a whole. */
export type WindowSpec = Readonly<z.output<typeof windowSpec>>;

/** Calls per second of each broker that one series can use. */
const brokerRates = z.strictObject({ kis: z.number().positive(), kiwoom: z.number().positive() });
/** Calls per second of each broker that one series can use: what a split over both goes by. */
export type BrokerRates = Readonly<z.output<typeof brokerRates>>;

const wanted = z.strictObject({
  symbols: z.array(name).min(1).readonly(),
  venue,
  interval,
  from: z.string(),
  to: z.string(),
});
export const backfillRequest = z.discriminatedUnion('broker', [
  wanted.extend({ broker }),
  /** Split over both brokers, so that both quotas are busy to the end. */
  wanted.extend({ broker: z.literal('auto'), rates: brokerRates }),
]);
/** What to have in the store: symbols, a venue, an interval, and KST days `YYYY-MM-DD`, both included. */
export type BackfillRequest = Readonly<z.output<typeof backfillRequest>>;

/** A window on its way from the broker into the store. The step survives the worker. */
export const windowPayload = z.strictObject({
  v: z.literal(1),
  storeId: name,
  window: windowSpec,
  step: z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('fetch') }),
    z.strictObject({
      name: z.literal('published'),
      ingestId: name,
      rows: count,
      calls: count,
      firstPermitAtMs: z.number().optional(),
      unproven: z.array(day).optional(),
    }),
  ]),
});
export type WindowPayload = z.output<typeof windowPayload>;

/** startMs, open, high, low, close, volume, value. */
const row = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number(), z.number().nullable()]);
export type CompactRow = z.output<typeof row>;

const rawAnswers = z.strictObject({
  from: day,
  to: day,
  /** A JSON list of raw answers, packed, base64. */
  gzip: z.string(),
});
/** The answers behind the rows of a window, packed, and the days that were asked for. */
export type RawAnswers = z.output<typeof rawAnswers>;

/** The rows of a window with what they prove. The id of the job is the id of the batch. */
export const ingestPayload = z.strictObject({
  v: z.literal(1),
  series: z.strictObject({ symbol: name, venue, interval, source: z.enum(Object.values(sourceOf)) }),
  provenance: z.strictObject({
    broker,
    requestIds: z.array(name),
    tr: z.string(),
    keyId: z.string(),
    fetchedAtMs: instantMs,
    normaliserVersion: z.number().int(),
  }),
  rows: z.array(row),
  /** day, fromMs, toMs, state. */
  coverage: z.array(z.tuple([day, instantMs, instantMs, z.enum(coverageStates)])),
  /** Absent where the worker keeps none; a writer that keeps none leaves them. */
  raw: rawAnswers.optional(),
});
export type IngestPayload = z.output<typeof ingestPayload>;

/** A question to the writer: only its process can read the file. */
export const planPayload = z.strictObject({ v: z.literal(1), request: backfillRequest });
export type PlanPayload = z.output<typeof planPayload>;

export const backfillPlan = z.strictObject({
  storeId: name,
  request: backfillRequest,
  windows: z.array(windowSpec),
  /** Of the whole request, summed over its symbols. */
  tradingDays: count,
  coveredDays: count,
  estimatedCalls: count,
});
/** What the writer answers: the windows that are missing, and how many calls they take at most. */
export type BackfillPlan = Readonly<z.output<typeof backfillPlan>>;

/** What a finished ingest job reports. */
export const ingestResult = z.object({ inserted: count, updated: count, committedAtMs: z.number() });
export type IngestResult = z.output<typeof ingestResult>;

/** What a finished window reports. */
export const windowResult = z.object({
  rows: count,
  inserted: count,
  updated: count,
  calls: count,
  firstPermitAtMs: z.number().optional(),
  /** Absent when the window had no trading day and nothing was written. */
  committedAtMs: z.number().optional(),
  /** Trading days that the broker's answer does not speak for: its history may end after them. They stay missing. */
  unproven: z.array(day).optional(),
});
export type WindowResult = z.output<typeof windowResult>;

/** Throws HUB_PAYLOAD_INVALID, which names the fields and not their values. */
export const readPayload = <T>(schema: z.ZodType<T>, queue: string, data: unknown): T => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const flaws = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'payload'}: ${message}`);
  throw new errors.PayloadInvalid(queue, flaws.slice(0, 5).join('; '));
};

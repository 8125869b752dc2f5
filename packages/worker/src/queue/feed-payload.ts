import { brokerNames } from '@hub/client';
import { feedKinds, feedSources, venues, type RecoveryResult } from '@hub/store';
import { z } from 'zod';

const name = z.string().min(1);
const price = z.number();
const instant = z.number();
const venue = z.enum(venues);
const side = z.enum(['buy', 'sell']).nullable();

/** symbol, venue, day, dayVolume, atMs, receivedMs, price, size, dayValue, side, ask, bid. */
const tick = z.tuple([
  ...([name, venue, z.string(), z.number(), instant.nullable(), instant] as const),
  ...([price, z.number(), z.number().nullable(), side, price.nullable(), price.nullable()] as const),
]);
/** price, size. */
const level = z.tuple([price, z.number()]);
/** symbol, venue, atMs, receivedMs, asks, bids, totalAskSize, totalBidSize, expected. */
const book = z.tuple([
  ...([name, venue, instant.nullable(), instant] as const),
  ...([z.array(level), z.array(level), z.number(), z.number(), level.nullable()] as const),
]);
const gap = z.strictObject({
  id: name,
  kind: z.enum(feedKinds),
  symbol: z.string(),
  venue,
  sinceMs: instant,
  untilMs: instant.nullable(),
  cause: name,
  missing: z.number().nullable(),
});

const run = z.strictObject({
  id: name,
  begun: z.array(z.strictObject({ kind: z.enum(['trade', 'book']), symbol: name, venue, atMs: instant })),
});

const recovery = z.strictObject({
  gapId: name,
  kind: z.enum(['trade', 'book']),
  symbol: name,
  venue,
  day: z.string(),
  fromMs: instant,
  toMs: instant,
  asked: z.boolean(),
  unavailable: name.optional(),
  expired: name.optional(),
});

/** What feeds have told, on its way to the writer. The id of the job is the id of the batch. */
export const feedPayload = z.strictObject({
  v: z.literal(1),
  provenance: z.strictObject({
    broker: z.enum(brokerNames),
    source: z.enum(feedSources),
    keyId: z.string().nullable(),
    receivedAtMs: instant,
    normaliserVersion: z.number().int(),
  }),
  run: run.optional(),
  recovery: recovery.optional(),
  ticks: z.array(tick),
  books: z.array(book),
  gaps: z.array(gap),
});
export type FeedPayload = z.output<typeof feedPayload>;

/** What a finished feed job reports: rows that the store did not have, and when they were there (UTC epoch ms). */
export interface FeedResult {
  readonly ticks: number;
  readonly books: number;
  readonly gaps: number;
  /** What became of the part of a gap that the batch was to close. */
  readonly recovery?: RecoveryResult | undefined;
  readonly committedAtMs: number;
}

export const feedResult: z.ZodType<FeedResult> = z.object({
  ticks: z.number(),
  books: z.number(),
  gaps: z.number(),
  recovery: z
    .object({ state: z.enum(['recovered', 'unavailable', 'expired', 'open']), missing: z.number() })
    .optional(),
  committedAtMs: z.number(),
});

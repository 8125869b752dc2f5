import { brokerNames } from '@hub/client';
import { venues, type RecoveryResult } from '@hub/store';
import { z } from 'zod';

const name = z.string().min(1);
const instant = z.number();

/** The part of a gap that lies on one trading day. Instants: UTC epoch ms. */
const part = z.strictObject({
  gapId: name,
  kind: z.enum(['trade', 'book']),
  symbol: name,
  venue: z.enum(venues),
  /** KST trading day. */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, YYYY-MM-DD'),
  fromMs: instant,
  toMs: instant,
});

/** A part of a gap, and the broker that is to tell what is missing. The id of the job is that of the recovery. */
export const recoveryPayload = z.strictObject({ v: z.literal(1), storeId: name, broker: z.enum(brokerNames), part });
export type RecoveryPayload = Readonly<z.output<typeof recoveryPayload>>;

/** What a finished recovery reports. */
export interface RecoveryReport extends RecoveryResult {
  /** Trades that the store did not have. */
  readonly trades: number;
  /** Calls to the broker. */
  readonly calls: number;
}

export const recoveryReport: z.ZodType<RecoveryReport> = z.object({
  state: z.enum(['recovered', 'unavailable', 'expired', 'open']),
  missing: z.number(),
  trades: z.number(),
  calls: z.number(),
});

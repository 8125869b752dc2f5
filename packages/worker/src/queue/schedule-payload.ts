import { brokerNames } from '@hub/client';
import { z } from 'zod';

import { ScheduleInvalid } from '../error.js';
import { brokerPace } from './plan-payload.js';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in Korea, HH:MM');
/** So far back minutes can be asked for: some 365 calendar days. */
const mostDaysBack = 240;

const scheduleFile = z.strictObject({
  symbols: z.array(z.string().regex(/^Q?\d[0-9A-Z]{5}$/, 'must look like 005930 or Q500001')).min(1),
  kinds: z.array(z.enum(['1m', '1d'])).min(1),
  /** KST; one that ends before it begins runs over midnight. */
  window: z
    .strictObject({ from: timeOfDay, to: timeOfDay })
    .refine(({ from, to }) => from !== to, 'must not end when it begins'),
  /** Trading days. */
  daysBack: z.number().int().min(1).max(mostDaysBack),
  venue: z.enum(['KRX', 'NXT', 'UN']).default('KRX'),
  broker: z.enum([...brokerNames, 'auto']).optional(),
  share: z.number().gt(0).max(1).default(1),
});

/** A nightly backfill as its file tells it. */
export type ScheduleFile = Readonly<z.output<typeof scheduleFile>>;

/** Throws HUB_SCHEDULE_INVALID, which names every field that is wrong. */
export const readSchedule = (text: string, file: string): ScheduleFile => {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ScheduleInvalid(file, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = scheduleFile.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new ScheduleInvalid(
    file,
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`),
  );
};

export const storedSchedule = z.strictObject({
  v: z.literal(1),
  storeId: z.string(),
  file: scheduleFile.extend({ venue: z.enum(['KRX', 'NXT', 'UN']), share: z.number() }),
  broker: z.enum([...brokerNames, 'auto']),
  pace: z.strictObject({ kis: brokerPace.optional(), kiwoom: brokerPace.optional() }),
});
/** A schedule with what the keys gave when it was stored. */
export type StoredSchedule = Readonly<z.output<typeof storedSchedule>>;

export const tickPayload = z.strictObject({ v: z.literal(1), storeId: z.string().min(1) });
export type TickPayload = z.output<typeof tickPayload>;

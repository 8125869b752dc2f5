import { startOfDay, venues, type TradingDay } from '@hub/store';
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Before the keys of the calendar in the main Redis. */
export const defaultCalendarPrefix = 'api:calendar';

const record = z.strictObject({
  v: z.literal(1),
  /** The Korean day on which it was asked. */
  askedOn: z.string(),
  fetchedAtMs: z.number(),
  days: z.array(z.tuple([z.string(), z.enum(['open', 'closed'])])).readonly(),
});
/** The broker's answer of one day, as all processes share it. */
export type HolidayRecord = Readonly<z.output<typeof record>>;

const dayMs = 86_400_000;
/** The name of a claim has its Korean day in it, so living longer than that does no harm. */
const claimLivesMs = 2 * dayMs;
/** The answer reaches some 24 days ahead. */
const recordLivesMs = 40 * dayMs;

const recordKey = (prefix: string): string => `${prefix}:chk-holiday`;
const claimKey = (prefix: string, day: string): string => `${prefix}:chk-holiday:claim:${day}`;

/** The last answer that anybody got; undefined when there is none, or one that this version cannot read. */
export const readRecord = async (redis: Redis, prefix: string): Promise<HolidayRecord | undefined> => {
  const text = await redis.get(recordKey(prefix));
  if (text === null) return undefined;
  try {
    return record.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

export const writeRecord = async (redis: Redis, prefix: string, told: HolidayRecord): Promise<void> => {
  await redis.set(recordKey(prefix), JSON.stringify(told), 'PX', recordLivesMs);
};

/** True for one process of all, once a day: it alone may make the call. Never given back, as the call may have arrived. */
export const claimDay = async (redis: Redis, prefix: string, day: string): Promise<boolean> =>
  (await redis.set(claimKey(prefix, day), String(process.pid), 'PX', claimLivesMs, 'NX')) === 'OK';

export const isClaimed = async (redis: Redis, prefix: string, day: string): Promise<boolean> =>
  (await redis.exists(claimKey(prefix, day))) === 1;

const sourceOf = {
  KRX: 'CTCA0903R',
  // The list is that of the Exchange. Nextrade has followed it so far, as the calendar of the store does.
  NXT: 'CTCA0903R of KRX',
  UN: 'CTCA0903R of KRX',
} as const;

/** The answer as the store keeps it: for every venue, without hours, which the broker does not tell. */
export const tradingDaysOf = ({ days, fetchedAtMs }: HolidayRecord): TradingDay[] =>
  venues.flatMap((venue) =>
    days.map(([day, state]) => ({
      ...{ venue, day, state, fetchedAtMs },
      ...{ openMs: null, closeMs: null, source: sourceOf[venue] },
    })),
  );

const row = z.object({
  bass_dt: z.string().regex(/^\d{8}$/),
  // "Market open: use this one for orders" (KIS sample code, read 2026-11); `tr_day_yn` is Y on weekends too.
  opnd_yn: z.enum(['Y', 'N']),
});

/** The rows of chk-holiday; undefined when they are something else. */
export const daysOfAnswer = (output: unknown): HolidayRecord['days'] | undefined => {
  const rows = z.array(row).min(1).safeParse(output);
  if (!rows.success) return undefined;
  try {
    return rows.data.map(({ bass_dt: text, opnd_yn: open }): [string, 'open' | 'closed'] => {
      const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
      startOfDay(day); // refuses what is no day
      return [day, open === 'Y' ? 'open' : 'closed'];
    });
  } catch {
    return undefined;
  }
};

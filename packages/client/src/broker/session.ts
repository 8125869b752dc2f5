import { maxDeadlineMs } from '../ledger/contract.js';
import type { Venue } from './candle.js';
import { dayMs, kstDay, kstInstant, kstMidnight, kstTime, kstWeekday } from './kst.js';

/** Labels that a full day of minute bars has: KRX 09:00–15:19 and the auction (observed); NXT and UN at most 08:00–19:59. */
export const labelsPerDay = { KRX: 381, NXT: 720, UN: 720 } as const satisfies Record<Venue, number>;

/**
 * First and last label that a day of minute bars can have, KST (observed, 2026-11-23): KRX 09:00 to the print of the
 * closing auction, NXT 08:00–20:00. Whether the KRX chart also lists the after-market (16:00–20:00, since 2026-09-14) is
 * not on record, so it is not asked for: a part of it would be worse than none.
 */
const labels = {
  KRX: { first: '090000', last: '153000' },
  NXT: { first: '080000', last: '200000' },
  UN: { first: '080000', last: '200000' },
} as const satisfies Record<Venue, { first: string; last: string }>;

/** University entrance examinations: KRX trades an hour later, 10:00–16:30 (observed 2025-11-13; 2026 by its announcement). */
const examinationDays: ReadonlySet<string> = new Set(['2025-11-13', '2026-11-19']);
const lastOnExaminationDays = '163000';

/** Instants of the first and the last label of a day, UTC epoch ms. */
export const labelRange = (venue: Venue, day: string): { readonly firstMs: number; readonly lastMs: number } => {
  const { first, last } = labels[venue];
  const late = venue === 'KRX' && examinationDays.has(day);
  return {
    firstMs: kstInstant(day, first) ?? 0,
    lastMs: kstInstant(day, late ? lastOnExaminationDays : last) ?? 0,
  };
};

/** Monday to Friday of a range of KST days, both ends included, ascending. */
export const weekdaysOf = ({ from, to }: { readonly from: string; readonly to: string }): string[] => {
  const days: string[] = [];
  for (let instant = kstMidnight(from) ?? 0; kstDay(instant) <= to; instant += dayMs) {
    const weekend = kstWeekday(instant) === 0 || kstWeekday(instant) === 6;
    if (!weekend) days.push(kstDay(instant));
  }
  return days;
};

export const minuteMs = 60_000;

/** An answer may be as old as the longest attempt when it is complete, and the broker's clock may differ from ours. */
const finalAfterMs = maxDeadlineMs + 2_000;

/** Minute bars that start before this instant were over when the broker wrote an answer that was complete at `answeredMs`. */
export const minutesFinalUntil = (answeredMs: number): number => {
  const over = answeredMs - finalAfterMs;
  return over - (over % minuteMs);
};

/** The bar of a day goes on changing until the after-market has ended (20:00): final from the next day on. */
export const daysFinalUntil = (answeredMs: number): number => kstMidnight(kstDay(answeredMs - finalAfterMs)) ?? 0;

/** When KRX opens on the KST day of an instant, UTC epoch ms: 09:00, 10:00 on examination days; undefined on weekends. */
export const openingOn = (instant: number): number | undefined => {
  const weekday = kstWeekday(instant);
  if (weekday === 0 || weekday === 6) return undefined;
  const day = kstDay(instant);
  return kstInstant(day, examinationDays.has(day) ? '100000' : '090000');
};

/**
 * Whether KRX trades continuously at that instant (UTC epoch ms), so that a market of many shares is never silent: weekdays 09:05
 * to 15:15 KST, on examination days from 10:05. Holidays are not known here; nothing comes then, and nothing was lively before.
 */
export const inContinuousTrading = (instant: number): boolean => {
  const weekday = kstWeekday(instant);
  if (weekday === 0 || weekday === 6) return false;
  const time = kstTime(instant);
  return time >= (examinationDays.has(kstDay(instant)) ? '100500' : '090500') && time < '151500';
};

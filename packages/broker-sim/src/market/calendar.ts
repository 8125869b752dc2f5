import { isClosing, isExamDay } from './closings.js';
import { shiftDay, weekday, type Day } from './kst.js';

/** `UN` is KRX and NXT merged. */
export type Venue = 'KRX' | 'NXT' | 'UN';

/** A stretch of continuous trading, in seconds of the KST day; `to` is not part of it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Session {
  readonly stretches: readonly Stretch[];
  /** Second of the closing auction, if the venue has one. */
  readonly auctionAt?: number;
  /** Second from which nothing more can be added to the day. */
  readonly overAt: number;
}

const at = (hour: number, minute: number, second = 0): number => hour * 3600 + minute * 60 + second;

export const isTradingDay = (day: Day): boolean => {
  const name = weekday(day);
  return name !== 0 && name !== 6 && !isClosing(day);
};

/** The nearest trading day before `day`. */
export const previousTradingDay = (day: Day): Day => {
  let candidate = shiftDay(day, -1);
  while (!isTradingDay(candidate)) candidate = shiftDay(candidate, -1);
  return candidate;
};

/** Trading days from `from` to `to`, both inclusive, oldest first. */
export const tradingDays = (from: Day, to: Day): Day[] => {
  const days: Day[] = [];
  for (let day = from; day <= to; day = shiftDay(day, 1)) if (isTradingDay(day)) days.push(day);
  return days;
};

const isFirstOfYear = (day: Day): boolean =>
  day.slice(4, 6) === '01' && previousTradingDay(day).slice(0, 4) !== day.slice(0, 4);

/**
 * Continuous trading from 09:00 to 15:20, the closing auction prints at 15:30. The after-market (16:00 to 20:00 since
 * 2026-09-14, by the press) is left out. The first trading day of a year opens at 10:00: general knowledge, no notice.
 */
const krxSession = (day: Day): Session => {
  const late = isExamDay(day) ? 3600 : 0;
  const open = isFirstOfYear(day) ? at(10, 0) : at(9, 0) + late;
  const auctionAt = at(15, 30) + late;
  return { stretches: [{ from: open, to: at(15, 20) + late }], auctionAt, overAt: auctionAt + 60 };
};

/**
 * 08:00 to 08:50, 09:00:30 to 15:20 and 15:40 to 20:00, as several public projects quote the exchange's page (read
 * 2026-11). Hours on special days are not on record. We assume that the main market follows KRX and that the pre-market is
 * left out when the market opens late.
 */
const nxtSession = (day: Day): Session => {
  const late = isExamDay(day) ? 3600 : 0;
  const after = { from: at(15, 40) + late, to: at(20, 0) };
  if (late > 0 || isFirstOfYear(day)) {
    return { stretches: [{ from: at(10, 0, 30), to: at(15, 20) + late }, after], overAt: after.to };
  }
  const pre = { from: at(8, 0), to: at(8, 50) };
  return { stretches: [pre, { from: at(9, 0, 30), to: at(15, 20) }, after], overAt: after.to };
};

/** Trading hours of a venue on a trading day; undefined when the market is closed. */
export const sessionOf = (venue: Venue, day: Day): Session | undefined => {
  if (!isTradingDay(day)) return undefined;
  if (venue === 'KRX') return krxSession(day);
  const nxt = nxtSession(day);
  if (venue === 'NXT') return nxt;
  const krx = krxSession(day);
  return { ...krx, stretches: [...krx.stretches, ...nxt.stretches], overAt: Math.max(krx.overAt, nxt.overAt) };
};

/** First and last minute label of a day, in minutes of the KST day. */
export const labelRange = (session: Session): { first: number; last: number } => ({
  first: Math.floor(Math.min(...session.stretches.map((stretch) => stretch.from)) / 60),
  last: Math.floor(Math.max(session.auctionAt ?? 0, ...session.stretches.map((stretch) => stretch.to - 60)) / 60),
});

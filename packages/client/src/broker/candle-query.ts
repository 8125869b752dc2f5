import { CallInvalid, RangeInvalid, SymbolUnknown } from '../error/index.js';
import type { CandleQuery, Interval, Venue } from './candle.js';
import { brokerNames, type BrokerName } from './contract.js';
import { dayMs, kstDay, kstMidnight } from './kst.js';

const venues: readonly Venue[] = ['KRX', 'NXT', 'UN'];
const intervals: readonly Interval[] = ['1m', '1d'];

const dayOf = (text: string): number | undefined => (/^\d{4}-\d\d-\d\d$/.test(text) ? kstMidnight(text) : undefined);

/** How far back a broker's minute bars are asked for, in calendar days, and in whose words that is told. */
export interface Retention {
  readonly title: string;
  readonly minuteBarDays: number;
}

/** Which share, on which venue. */
export interface StockQuery {
  /** Six characters, the first a digit; ETN with their `Q`. */
  readonly symbol: string;
  readonly venue: Venue;
  /** Whom to ask; by default the first of `hub.brokers`. */
  readonly broker?: BrokerName;
}

/** Programs in JavaScript ask too, so the types prove nothing. HUB_SYMBOL_UNKNOWN or HUB_CALL_INVALID. */
export const checkStock = ({ symbol, venue, broker }: StockQuery): void => {
  if (!/^(\d[0-9A-Z]{5}|Q\d{6})$/.test(symbol)) throw new SymbolUnknown(symbol);
  if (!venues.includes(venue)) {
    throw new CallInvalid(`venue ${JSON.stringify(venue)} is unknown`, `Known: ${venues.join(', ')}.`);
  }
  if (broker !== undefined && !brokerNames.includes(broker)) {
    throw new CallInvalid(`broker ${JSON.stringify(broker)} is unknown`, `Known: ${brokerNames.join(', ')}.`);
  }
};

/** The range of a query whose share is checked. Raised before anything is sent. `now` decides what is too old and what has not happened yet. */
export const checkQuery = (query: CandleQuery, now: number, { title, minuteBarDays }: Retention): void => {
  const { interval, from, to } = query;
  if (!intervals.includes(interval)) {
    throw new CallInvalid(`interval ${JSON.stringify(interval)} is unknown`, `Known: ${intervals.join(', ')}.`);
  }
  const [first, last] = [dayOf(from), dayOf(to)];
  if (first === undefined || last === undefined) {
    throw new RangeInvalid(`from ${from} to ${to}: not days`, 'Write days as YYYY-MM-DD (KST).');
  }
  if (first > last) throw new RangeInvalid(`from ${from} is after to ${to}`, 'Swap the two days.');
  if (last > now) throw new RangeInvalid(`to ${to} has not begun yet`, `Ask up to ${kstDay(now)}.`);
  const oldest = kstDay(now - minuteBarDays * dayMs);
  if (interval === '1m' && from < oldest) {
    throw new RangeInvalid(
      `from ${from}: ${title} 1-minute bars for ${String(minuteBarDays)} days`,
      `Ask from ${oldest} on, or for interval 1d.`,
    );
  }
};

import type { Venue } from '../candle.js';
import type { NoticeRecord } from '../live.js';
import { instantNear } from '../live-figures.js';
import { stockOf, textAt, timeOfDayAt, type Entry } from './live-values.js';

/** Types 00 and 04 by the workbook of 2026-05-07. */
const field = { stock: '9001', time: '908', state: '913', venue: '2134' } as const;

/** 체결 among the states of an order (official); the others take, confirm, cancel or refuse it. */
const filled = '체결';

const venues: ReadonlyMap<string, Venue> = new Map([
  ['0', 'UN'],
  ['1', 'KRX'],
  ['2', 'NXT'],
]);

/** A stock or ETF, J an ELW (observed); the Q of an ETN belongs to its symbol. */
const symbolIn = (code: string): string => {
  const plain = code.trim().replace(/^[AJ](?=[0-9A-Z]{6})/, '');
  return stockOf(plain)?.symbol ?? plain;
};

/**
 * The order (00) or the holding (04) with the broker's own fields by their numbers: the workbook gives some titles twice. Never
 * refused: what it says of an own order is worth more than its shape. Its time has no day: that is the KST day of
 * `receivedAt`; holdings tell none.
 */
export const noticeIn = ({ type, values }: Entry, receivedAt: number): NoticeRecord => ({
  kind: 'notice',
  symbol: symbolIn(textAt(values, field.stock)),
  venue: venues.get(textAt(values, field.venue).trim()) ?? 'UN',
  atMs: instantNear(receivedAt, timeOfDayAt(values, field.time)),
  what: type === '04' ? 'balance' : textAt(values, field.state).trim() === filled ? 'fill' : 'order',
  fields: Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ),
});

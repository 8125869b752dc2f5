import { createHash } from 'node:crypto';
import type { Day } from '../../market/kst.js';
import type { Answer } from '../../wire/answer.js';
import { fieldMalformed } from '../../wire/kiwoom/errors.js';
import { header } from '../house.js';
import { field, type KiwoomCall } from './endpoint.js';

/** The row that a page ended with: its day, and its place in that day (a minute, or the number of a trade). */
export interface Cursor {
  readonly day: Day;
  readonly place: number;
}

const PLACE_DIGITS = 7;
const SEAL_DIGITS = 6;

/** Binds a key to the call that it was given to: another id, body or token makes it foreign. */
const sealOf = (call: KiwoomCall, place: string): string => {
  const body = JSON.stringify([...call.fields].sort());
  return createHash('sha256')
    .update([call.arrival.tr, call.keyId, body, place].join('|'))
    .digest('hex')
    .slice(0, SEAL_DIGITS);
};

/** `A`, code with suffix, day, place, seal: opaque to callers and, at 42 characters, within the header's 50. */
export const nextKey = (call: KiwoomCall, { day, place }: Cursor): string => {
  const text = `A${field(call, 'stk_cd')}${day}${String(place).padStart(PLACE_DIGITS, '0')}`;
  return text + sealOf(call, text);
};

/** Where this page has to go on; undefined on a first page, a refusal for a key that was not given to this call. */
export const cursorOf = (call: KiwoomCall): Cursor | Answer | undefined => {
  if (header(call.arrival, 'cont-yn') !== 'Y') return undefined;
  const key = header(call.arrival, 'next-key');
  const text = key.slice(0, -SEAL_DIGITS);
  const found = new RegExp(`(\\d{8})(\\d{${String(PLACE_DIGITS)}})$`).exec(text);
  if (found?.[1] === undefined || key !== text + sealOf(call, text)) {
    return fieldMalformed('next-key', '발급되지 않은 연속조회키');
  }
  return { day: found[1], place: Number(found[2]) };
};

/** Cuts rows to a page. One row more than a page was looked for, so it is known whether there are more. */
export const cutPage = <Row>(
  call: KiwoomCall,
  found: readonly Row[],
  size: number,
  cursorAt: (row: Row) => Cursor,
): { rows: readonly Row[]; nextKey: string } => {
  const rows = found.slice(0, size);
  const last = rows.at(-1);
  const more = found.length > size && last !== undefined;
  return { rows, nextKey: more ? nextKey(call, cursorAt(last)) : '' };
};

import type { Venue } from '../candle.js';
import { figureIn, timeOfDayIn } from '../live-figures.js';
import { isRow, type Row } from '../row.js';
import { venueOfSuffix } from './stock-code.js';

/** One entry of a REAL frame: `values` by the numbers of the workbook. */
export interface Entry {
  readonly type: string;
  readonly item: string;
  readonly values: Row;
}

/** Undefined for what is none. Types 00 and 04 may come without an item. */
export const entryOf = (given: unknown): Entry | undefined => {
  if (!isRow(given)) return undefined;
  const { type, item, values } = given;
  if (typeof type !== 'string' || !isRow(values)) return undefined;
  return { type, item: typeof item === 'string' ? item.trim() : '', values };
};

export const textAt = (values: Row, field: string): string => {
  const value = values[field];
  return typeof value === 'string' ? value : '';
};

const plus = 43;
const minus = 45;
const blank = 32;

/** Where the digits begin: behind blanks (the WebSocket puts one before a 0, official) and signs, doubled now and then. */
const digitsFrom = (text: string): number => {
  let at = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== plus && code !== minus && code !== blank) break;
  }
  return at;
};

/** Without its sign, which of a price is its direction against the base price (official). NaN where there is none. */
export const magnitudeAt = (values: Row, field: string): number => {
  const text = textAt(values, field);
  return figureIn(text, digitsFrom(text), text.length);
};

/** A price that is told as 0, as blanks or not at all where there is none: 0 then. NaN for what is neither. */
export const priceAt = (values: Row, field: string): number => {
  const given = values[field];
  const isNone = given === undefined || (typeof given === 'string' && given.trim() === '');
  return isNone ? 0 : magnitudeAt(values, field);
};

/** The sign of a size is the side (official); without one nothing is told. Two of them are one minus (observed). */
export const sideAt = (values: Row, field: string): 'buy' | 'sell' | null => {
  const text = textAt(values, field);
  if (text.includes('-')) return 'sell';
  return text.includes('+') ? 'buy' : null;
};

/** `HHmmss` in ms since midnight KST; null where it is none. */
export const timeOfDayAt = (values: Row, field: string): number | null => {
  const text = textAt(values, field).trim();
  return timeOfDayIn(text, 0, text.length);
};

/** What follows a code (official), and whether it is one: six characters, of which letters may be some (observed). */
const itemShape = /^([0-9A-Z]{6})(_NX|_AL)?$/;

/**
 * The stock of an item as Kiwoom writes it, so ETN without their `Q`: nothing in a frame tells them from other stocks.
 * `venue`: null where the item names none. Undefined for what is no stock.
 */
export const stockOf = (item: string): { readonly symbol: string; readonly venue: Venue | null } | undefined => {
  const match = itemShape.exec(item);
  if (match === null) return undefined;
  const suffix = match[2];
  return { symbol: match[1] ?? '', venue: suffix === undefined ? null : (venueOfSuffix(suffix) ?? null) };
};

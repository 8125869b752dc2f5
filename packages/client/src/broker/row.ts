import { AnswerUnreadable } from '../error/index.js';
import type { Answer } from '../request/contract.js';
import { kstInstant, kstMidnight } from './kst.js';

export type Row = Readonly<Record<string, unknown>>;

/** Where a row stands in an answer. Errors name endpoint, part and field; they never quote a value. */
export interface RowPlace {
  readonly endpoint: string;
  readonly status: number;
  /** `output2`, `cntr_infr` …; empty for the body itself. */
  readonly part: string;
}

/**
 * What a sign before a figure says. `refused`: the broker sends none there, so a figure below zero is damaged (KIS).
 * `direction`: up or down against the base price, not part of the figure, and doubled now and then (Kiwoom: official, observed).
 */
export type SignRule = 'refused' | 'direction';

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/**
 * The rows of a list. KIS pads short answers with `{}` now and then (uncertain): rows without any value are skipped. Anything
 * else that is no row, and a list that is missing, is HUB_ANSWER_UNREADABLE: a row that is dropped in silence is a hole.
 */
export const rowsIn = (endpoint: string, { status, body }: Pick<Answer, 'status' | 'body'>, list: string): Row[] => {
  const given: unknown = body[list];
  if (!Array.isArray(given)) throw new AnswerUnreadable(endpoint, status, `${list} is not a list`);
  const rows: readonly unknown[] = given;
  return rows.filter((row): row is Row => {
    if (!isRow(row)) throw new AnswerUnreadable(endpoint, status, `${list}: a row that is no object`);
    return !Object.values(row).every(isBlank);
  });
};

/** A part of an answer that is one object. */
export const partIn = (endpoint: string, { status, body }: Pick<Answer, 'status' | 'body'>, part: string): Row => {
  const given = body[part];
  if (!isRow(given)) throw new AnswerUnreadable(endpoint, status, `${part} is not an object`);
  return given;
};

/** Signs, then digits, with commas between thousands or without, then decimals. */
const figure = /^([+-]*)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?$/;

/** Reads the fields of one row; what is missing or malformed is HUB_ANSWER_UNREADABLE. */
export class RowReader {
  constructor(
    private readonly place: RowPlace,
    private readonly row: Row,
    private readonly sign: SignRule,
  ) {}

  /** Without padding; empty where there is no text. */
  text(field: string): string {
    const value = this.row[field];
    return typeof value === 'string' ? value.trim() : '';
  }

  /** A price or an amount of money, never below zero; in units of `unit` KRW. */
  amount(field: string, unit = 1): number {
    const [, signs = '', digits = '', decimals = ''] =
      figure.exec(this.text(field)) ?? this.fail(field, 'not a number');
    const amount = Number(digits.replaceAll(',', '') + decimals) * unit;
    if (amount > Number.MAX_SAFE_INTEGER) this.fail(field, 'too large');
    if (this.sign === 'refused' && signs.includes('-') && amount !== 0) this.fail(field, 'below zero');
    return amount;
  }

  /** A number of shares: whole. */
  shares(field: string): number {
    const shares = this.amount(field);
    return Number.isInteger(shares) ? shares : this.fail(field, 'not a whole number');
  }

  /** A price that is told as 0 or as an empty text where there is none. */
  priceOrNone(field: string): number | null {
    const given = this.row[field];
    if (given === undefined || isBlank(given)) return null;
    const price = this.amount(field);
    return price === 0 ? null : price;
  }

  has(field: string): boolean {
    return this.text(field) !== '';
  }

  fail(field: string, what: string): never {
    const { endpoint, status, part } = this.place;
    throw new AnswerUnreadable(endpoint, status, `${part === '' ? '' : `${part}: `}${field} is ${what}`);
  }
}

const anyDay = '2000-01-03';

/** `HHMMSS` in KST → ms since midnight there; null where the field is empty. */
export const timeOfDay = (reader: RowReader, field: string): number | null => {
  if (!reader.has(field)) return null;
  const instant = kstInstant(anyDay, reader.text(field)) ?? reader.fail(field, 'not a time');
  return instant - (kstMidnight(anyDay) ?? 0);
};

import { isDay } from '../../market/kst.js';
import type { FieldRule } from './endpoint.js';

/** Longest texts are those of the workbook of 2026-05. */
const upTo =
  (length: number) =>
  (text: string): boolean =>
    text.length <= length;

export const text = (name: string, length: number): FieldRule => ({ name, required: true, fits: upTo(length) });

export const choice = (name: string, ...values: readonly string[]): FieldRule => ({
  name,
  required: true,
  fits: (given) => values.includes(given),
});

export const day = (name: string): FieldRule => ({ name, required: true, fits: isDay });

export const number = (name: string): FieldRule => ({
  name,
  required: true,
  fits: (given) => /^[1-9]\d{0,11}$/.test(given),
});

/** A price in KRW. */
export const wholeNumber = (name: string): FieldRule => ({
  name,
  required: true,
  fits: (given) => /^\d{1,12}$/.test(given),
});

/** `HHmm` */
export const minuteOfDay = (name: string): FieldRule => ({
  name,
  required: true,
  fits: (given) => /^([01]\d|2[0-3])[0-5]\d$/.test(given),
});

/** Absent and empty are the same to the broker. */
export const optional = (rule: FieldRule): FieldRule => ({
  name: rule.name,
  required: false,
  fits: (given) => given === '' || rule.fits(given),
});

export const stockCode = text('stk_cd', 20);
export const adjustment = choice('upd_stkpc_tp', '0', '1');

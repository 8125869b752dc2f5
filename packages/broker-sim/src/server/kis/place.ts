import type { Venue } from '../../market/calendar.js';
import type { Answer } from '../../wire/answer.js';
import { fieldInvalid, fieldLength } from '../../wire/kis/errors.js';
import { isDay, type Day } from '../../market/kst.js';
import { secondOf } from '../../wire/kis/text.js';
import { field, type KisCall } from './endpoint.js';

const venues: Readonly<Record<string, Venue>> = { J: 'KRX', NX: 'NXT', UN: 'UN' };

/** Symbol and venue of a quotation, or the refusal. */
export const placeOf = (call: KisCall): { code: string; venue: Venue } | Answer => {
  const venue = venues[field(call, 'FID_COND_MRKT_DIV_CODE')];
  if (venue === undefined) return fieldInvalid('FID_COND_MRKT_DIV_CODE');
  const code = field(call, 'FID_INPUT_ISCD');
  return code.length > 12 || code === '' ? fieldLength('FID_INPUT_ISCD') : { code, venue };
};

/** Second of the day in an `HHMMSS` field, or the refusal. */
export const hourOf = (call: KisCall, name: string): number | Answer =>
  secondOf(field(call, name)) ?? fieldLength(name);

export const dayOf = (call: KisCall, name: string): Day | Answer =>
  isDay(field(call, name)) ? field(call, name) : fieldLength(name);

import type { Venue } from '../../market/calendar.js';
import type { SimSymbol } from '../../market/symbols.js';
import type { Answer } from '../../wire/answer.js';
import { stockUnknown } from '../../wire/kiwoom/errors.js';
import { field, type KiwoomBroker, type KiwoomCall } from './endpoint.js';

/** Symbol and venue that a code with its suffix stands for. */
export interface Place {
  readonly symbol: SimSymbol;
  readonly venue: Venue;
}

const venues: Readonly<Record<string, Venue>> = { '': 'KRX', _NX: 'NXT', _AL: 'UN' };

/** Undefined for a code that nobody has. */
export const placeFor = ({ market }: Pick<KiwoomBroker, 'market'>, code: string): Place | undefined => {
  const [, plain = '', suffix = ''] = /^(.*?)(_NX|_AL)?$/.exec(code) ?? [];
  const symbol = market.symbols.get(plain);
  const venue = venues[suffix];
  return symbol === undefined || venue === undefined ? undefined : { symbol, venue };
};

/** Symbol and venue of `stk_cd`, or the refusal. */
export const placeOf = (call: KiwoomCall): Place | Answer => {
  const code = field(call, 'stk_cd');
  return placeFor(call.broker, code) ?? stockUnknown(code);
};

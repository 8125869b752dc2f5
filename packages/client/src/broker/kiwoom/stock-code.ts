import { BrokerRefused, SymbolUnknown } from '../../error/index.js';
import type { Venue } from '../candle.js';
import type { StockQuery } from '../candle-query.js';

/** Venue as a suffix of the code (official). ETN codes go without their Q, which account rows put in front (observed). */
const suffix = { KRX: '', NXT: '_NX', UN: '_AL' } as const satisfies Record<Venue, string>;

export const stockCodeOf = ({ symbol, venue }: Pick<StockQuery, 'symbol' | 'venue'>): string =>
  symbol.replace(/^Q/, '') + suffix[venue];

/** What `_NX` and `_AL` behind a code say. */
export const venueOfSuffix = (text: string): Venue | undefined =>
  text === suffix.NXT ? 'NXT' : text === suffix.UN ? 'UN' : undefined;

/** Nobody has such a stock, or not on this venue. */
const unknownSymbolCodes: readonly string[] = ['1902', '1903'];

/** What a failed call says of the symbol; any other error as it is. */
export const symbolError = (symbol: string, error: unknown): unknown =>
  error instanceof BrokerRefused && unknownSymbolCodes.includes(error.brokerCode) ? new SymbolUnknown(symbol) : error;

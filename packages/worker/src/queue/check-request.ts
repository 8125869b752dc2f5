import { checkCandleQuery } from '@hub/client';

import type { BackfillRequest } from './payload.js';

/** What can be told from the request alone: throws HUB_RANGE or HUB_SYMBOL_UNKNOWN. */
export const checkRequest = (request: BackfillRequest, now: number): void => {
  const { broker, symbols, venue, interval, from, to } = request;
  for (const symbol of symbols) checkCandleQuery({ broker, symbol, venue, interval, from, to }, now);
};

import { brokerNames, checkCandleQuery } from '@hub/client';

import type { BackfillRequest } from './payload.js';

/** What can be told from the request alone: throws HUB_RANGE or HUB_SYMBOL_UNKNOWN. */
export const checkRequest = (request: BackfillRequest, now: number): void => {
  const { broker, symbols, venue, interval, from, to } = request;
  for (const name of broker === 'auto' ? brokerNames : [broker]) {
    for (const symbol of symbols) checkCandleQuery({ broker: name, symbol, venue, interval, from, to }, now);
  }
};

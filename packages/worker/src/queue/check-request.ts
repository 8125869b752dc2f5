import { brokerNames, checkCandleQuery, historyKeptDays, type Interval } from '@hub/client';
import { koreanDay } from '@hub/store';

import type { BackfillRequest } from './payload.js';

const dayMs = 86_400_000;

/** The oldest Korean day whose bars any broker may still keep; undefined where they reach back for decades. */
export const oldestKept = (interval: Interval, now: number): string | undefined => {
  const days = Math.max(...brokerNames.map((broker) => historyKeptDays(broker, interval)));
  return Number.isFinite(days) ? koreanDay(now - days * dayMs) : undefined;
};

/**
 * What can be told from the request alone: throws HUB_RANGE or HUB_SYMBOL_UNKNOWN. Days that are older than what any broker keeps are
 * no mistake: they are recorded as expired.
 */
export const checkRequest = (request: BackfillRequest, now: number): void => {
  const { broker, symbols, venue, interval, from, to } = request;
  const oldest = oldestKept(interval, now) ?? from;
  for (const name of broker === 'auto' ? brokerNames : [broker]) {
    for (const symbol of symbols) {
      const query = { broker: name, symbol, venue, from, to };
      checkCandleQuery({ ...query, interval: '1d' }, now);
      if (to >= oldest) checkCandleQuery({ ...query, interval, from: from < oldest ? oldest : from }, now);
    }
  }
};

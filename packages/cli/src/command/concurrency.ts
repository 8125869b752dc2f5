import { brokerNames, type BrokerName } from '@hub/client';

import type { Rates } from './rates.js';

const fewest = 2;
const most = 16;

/**
 * Windows fetched at once by one process. Half of the calls per second keeps the quota busy at round trips of up to half
 * a second; more would only advance many windows in step, and lose more of them at a stop.
 */
export const windowsAtOnce = (perSecond: number): number => Math.min(most, Math.max(fewest, Math.ceil(perSecond / 2)));

/** The same for every broker that is set up. */
export const atOnce = (rates: Rates): Partial<Record<BrokerName, number>> =>
  Object.fromEntries(
    brokerNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, windowsAtOnce(rates[name])]])),
  );

import { rawInquiry, type BrokerName, type Endpoint } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import type { LivePayload } from './contract.js';

/** Every operation that is known, by its names. */
export const catalogues: Readonly<Record<BrokerName, Readonly<Record<string, Endpoint>>>> = {
  kis: kis.catalogue,
  kiwoom: kiwoom.catalogue,
};

/** What a call does: orders are not replayable, and `inquiry` tells what became of one. Undefined: no such endpoint. */
export const endpointOf = ({
  broker,
  endpoint,
  raw,
}: Pick<LivePayload, 'broker' | 'endpoint' | 'raw'>): Pick<Endpoint, 'replayable' | 'inquiry'> | undefined => {
  if (raw !== undefined) return { replayable: raw.replayable, inquiry: rawInquiry };
  return Object.hasOwn(catalogues[broker], endpoint) ? catalogues[broker][endpoint] : undefined;
};

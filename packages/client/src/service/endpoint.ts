import type { BrokerName, Endpoint } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';

const catalogues: Readonly<Record<BrokerName, Readonly<Record<string, Endpoint>>>> = {
  kis: kis.catalogue,
  kiwoom: kiwoom.catalogue,
};

/** What a call does: orders are not replayable, and `inquiry` tells what became of one. Undefined: no such endpoint. */
export const endpointOf = (broker: BrokerName, name: string): Pick<Endpoint, 'replayable' | 'inquiry'> | undefined =>
  Object.hasOwn(catalogues[broker], name) ? catalogues[broker][name] : undefined;

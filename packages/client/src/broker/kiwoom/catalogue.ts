import type { Endpoint } from '../contract.js';
import { kiwoomAliases, kiwoomEndpoints } from './catalogue.generated.js';
import type { KiwoomParams } from './types.generated.js';

/** The api-id (`ka10080`), or its English name (`stock-minute-chart`). The page "Endpoints of Kiwoom" lists them. */
export type KiwoomEndpointName = keyof KiwoomParams | keyof typeof kiwoomAliases;

const aliased = Object.entries(kiwoomAliases).map(([alias, id]) => [alias, kiwoomEndpoints[id]]);

/**
 * All operations of Kiwoom but those of the vault and of the WebSocket, by both their names. Whatever name is used, the
 * endpoint is called by its id: on the wire, in the ledger and in messages.
 */
export const kiwoomCatalogue: Readonly<Record<KiwoomEndpointName, Endpoint>> = {
  ...kiwoomEndpoints,
  ...(Object.fromEntries(aliased) as Record<keyof typeof kiwoomAliases, Endpoint>), // the same keys
};

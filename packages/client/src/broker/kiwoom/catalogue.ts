import type { Endpoint } from '../contract.js';
import { kiwoomEndpoints } from './catalogue.generated.js';

/** The api-id. */
export type KiwoomEndpointName = keyof typeof kiwoomEndpoints;

/** All operations of Kiwoom but those of the vault and of the WebSocket. */
export const kiwoomCatalogue: Readonly<Record<KiwoomEndpointName, Endpoint>> = kiwoomEndpoints;

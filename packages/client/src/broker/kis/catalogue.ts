import type { Endpoint } from '../contract.js';
import { kisEndpoints, kisShortNames } from './catalogue.generated.js';
import type { KisParams } from './types.generated.js';

/** By area (`domestic-stock/inquire-price`), or without it where that is clear (`inquire-price`). The page "Endpoints of KIS" lists them. */
export type KisEndpointName = keyof KisParams | keyof typeof kisShortNames;

const shortOnes = Object.entries(kisShortNames).map(([short, name]) => [short, kisEndpoints[name]]);

/** All operations of KIS but those of the vault, by all their names. */
export const kisCatalogue: Readonly<Record<KisEndpointName, Endpoint>> = {
  ...kisEndpoints,
  ...(Object.fromEntries(shortOnes) as Record<keyof typeof kisShortNames, Endpoint>), // the same keys
};

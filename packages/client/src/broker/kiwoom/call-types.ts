import type { KiwoomEndpointName } from './catalogue.js';
import type { KiwoomBodies, KiwoomParams } from './types.generated.js';

/** On every answer. The code is a number, 0 when all went well and 20 when nothing was found. */
interface KiwoomEnvelope {
  readonly return_code: number | string;
  readonly return_msg: string;
}

/** By api-id. */
export type KiwoomCallTypes = {
  readonly [Name in KiwoomEndpointName]: {
    readonly params: KiwoomParams[Name];
    /** The server may send more than is documented. */
    readonly body: KiwoomEnvelope & KiwoomBodies[Name] & Readonly<Record<string, unknown>>;
  };
};

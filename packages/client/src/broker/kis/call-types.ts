import type { kisEndpoints, kisShortNames } from './catalogue.generated.js';
import type { KisBodies, KisParams } from './types.generated.js';

/** On every answer; `rt_cd` is `0` on those that a call resolves with, and `msg1` is padded with blanks. */
interface KisEnvelope {
  readonly rt_cd: string;
  readonly msg_cd: string;
  readonly msg1: string;
}

type Endpoints = typeof kisEndpoints;
type ShortNames = typeof kisShortNames;
interface Typed<Name extends keyof Endpoints> {
  readonly params: KisParams[Name];
  /** The server may send more than is documented. */
  readonly body: KisEnvelope & KisBodies[Name] & Readonly<Record<string, unknown>>;
}

/** By either name of an endpoint. */
export type KisCallTypes = { readonly [Name in keyof Endpoints]: Typed<Name> } & {
  readonly [Short in keyof ShortNames]: Typed<ShortNames[Short]>;
};

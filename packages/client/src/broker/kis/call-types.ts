import type { Environment } from '../../request/contract.js';
import type { kisShortNames } from './catalogue.generated.js';
import type { KisBodies, KisParams, KisRealOnly } from './types.generated.js';

/** On every answer; `rt_cd` is `0` on those that a call resolves with, and `msg1` is padded with blanks. */
interface KisEnvelope {
  readonly rt_cd: string;
  readonly msg_cd: string;
  readonly msg1: string;
}

type ShortNames = typeof kisShortNames;
type FullName = keyof KisParams;

interface Typed<Name extends FullName> {
  readonly params: KisParams[Name];
  /** The server may send more than is documented. */
  readonly body: KisEnvelope & KisBodies[Name] & Readonly<Record<string, unknown>>;
}

/** By either name of an endpoint. */
export type KisCallTypes = { readonly [Name in FullName]: Typed<Name> } & {
  readonly [Short in keyof ShortNames]: Typed<ShortNames[Short]>;
};

type KisPaperName =
  | Exclude<FullName, KisRealOnly>
  | { [Name in keyof ShortNames]: ShortNames[Name] extends KisRealOnly ? never : Name }[keyof ShortNames];

/** What a hub of this environment is offered, as far as is known; everything where the compiler cannot know which it is. */
export type KisNameIn<Where extends Environment> = [Where] extends ['paper'] ? KisPaperName : keyof KisCallTypes;

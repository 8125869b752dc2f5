import type { Environment } from '../../request/contract.js';
import type { kiwoomAliases } from './catalogue.generated.js';
import type { KiwoomBodies, KiwoomParams, KiwoomRealOnly } from './types.generated.js';

/** On every answer. The code is a number, 0 when all went well and 20 when nothing was found. */
interface KiwoomEnvelope {
  readonly return_code: number | string;
  readonly return_msg: string;
}

type Aliases = typeof kiwoomAliases;
type ApiId = keyof KiwoomParams;

interface Typed<Name extends ApiId> {
  readonly params: KiwoomParams[Name];
  /** The server may send more than is documented. */
  readonly body: KiwoomEnvelope & KiwoomBodies[Name] & Readonly<Record<string, unknown>>;
}

/** By api-id, or by its English name. */
export type KiwoomCallTypes = { readonly [Name in ApiId]: Typed<Name> } & {
  readonly [Alias in keyof Aliases]: Typed<Aliases[Alias]>;
};

type KiwoomPaperName =
  | Exclude<ApiId, KiwoomRealOnly>
  | { [Name in keyof Aliases]: Aliases[Name] extends KiwoomRealOnly ? never : Name }[keyof Aliases];

/** What a hub of this environment is offered, as far as is known; everything where the compiler cannot know which it is. */
export type KiwoomNameIn<Where extends Environment> = [Where] extends ['paper']
  ? KiwoomPaperName
  : keyof KiwoomCallTypes;

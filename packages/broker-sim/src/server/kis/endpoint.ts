import type { Environment, KeyRing, SimKey } from '../../account/keys.js';
import type { ApprovalDesk } from '../../account/approvals.js';
import type { TokenDesk } from '../../account/tokens.js';
import type { Market } from '../../market/market.js';
import type { Retention } from '../../market/retention.js';
import type { Answer } from '../../wire/answer.js';
import type { Quota } from '../../limit/quota.js';
import type { Arrival } from '../house.js';
import type { JournalBook } from '../journal.js';
import type { OrderNews } from '../live/order-news.js';
import type { SimSettings } from '../options.js';

/** The parts that an endpoint may use. */
export interface Broker {
  readonly settings: SimSettings;
  readonly market: Market;
  readonly retention: Retention;
  readonly keys: KeyRing<SimKey>;
  readonly tokens: TokenDesk;
  readonly approvals: ApprovalDesk;
  /** Counts per app key. */
  readonly quota: Quota;
  readonly journal: JournalBook;
  /** Tells the WebSocket side of accepted orders. */
  readonly orderNews: OrderNews;
}

/** A call that passed the gate: known key, valid token, right TR, all fields there. */
export interface KisCall {
  readonly broker: Broker;
  readonly arrival: Arrival;
  readonly key: SimKey;
  readonly environment: Environment;
  /** Fields of the query or of the JSON body, names in upper case. */
  readonly fields: ReadonlyMap<string, string>;
}

export const field = (call: KisCall, name: string): string => call.fields.get(name) ?? '';

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** TR ids by domain; an id in both lists works on both. */
  readonly trs: Readonly<Record<Environment, readonly string[]>>;
  readonly required: readonly string[];
  readonly answer: (call: KisCall) => Answer;
}

/** One path of the broker's list, with what its answers hold. */
export interface Listed extends Omit<Endpoint, 'answer'> {
  /** `object` or `array` by output. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the fields of all outputs, with blanks between them. */
  readonly fields: string;
}

import type { KeyRing, KiwoomKey } from '../../account/keys.js';
import type { TokenDesk } from '../../account/tokens.js';
import type { Quota } from '../../limit/quota.js';
import type { Market } from '../../market/market.js';
import type { Retention } from '../../market/retention.js';
import type { Answer } from '../../wire/answer.js';
import type { Arrival } from '../house.js';
import type { JournalBook } from '../journal.js';
import type { OrderNews } from '../live/order-news.js';
import type { SimSettings } from '../options.js';
import type { Differences } from './differences.js';
import type { OpenOrders } from './open-orders.js';

/** The parts that an endpoint may use. */
export interface KiwoomBroker {
  readonly settings: SimSettings;
  readonly market: Market;
  /** How far back minute charts reach. */
  readonly retention: Retention;
  readonly differences: Differences;
  readonly keys: KeyRing<KiwoomKey>;
  readonly tokens: TokenDesk;
  readonly quotas: {
    /** Counts pairs of key and api-id. */
    readonly perTr: Quota;
    /** Counts keys. */
    readonly total: Quota | undefined;
  };
  readonly orders: OpenOrders;
  readonly journal: JournalBook;
  /** Tells the WebSocket side of accepted orders. */
  readonly orderNews: OrderNews;
}

/** A call that passed the gate: id and path fit, valid token, all fields there and well formed. */
export interface KiwoomCall {
  readonly broker: KiwoomBroker;
  readonly arrival: Arrival;
  /** Id of the app key that the token was issued to. */
  readonly keyId: string;
  readonly fields: ReadonlyMap<string, string>;
}

export const field = (call: KiwoomCall, name: string): string => call.fields.get(name) ?? '';

/** One field of a request. All are strings. */
export interface FieldRule {
  readonly name: string;
  readonly required: boolean;
  /** True for a text that the broker takes. */
  readonly fits: (text: string) => boolean;
}

export interface KiwoomEndpoint {
  readonly apiId: string;
  readonly path: string;
  readonly fields: readonly FieldRule[];
  readonly answer: (call: KiwoomCall) => Answer;
}

/** One id of the workbook: names with blanks between them, `!` behind those of required fields. */
export interface Listed {
  readonly apiId: string;
  readonly path: string;
  readonly request: string;
  readonly fields: string;
  readonly lists: Readonly<Record<string, string>>;
  /** Whether the paper host serves it, as far as is known. */
  readonly paper: boolean;
}

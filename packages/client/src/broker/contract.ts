import type { Budget, Priority } from '../ledger/contract.js';
import type { Answer, Environment, WireRequest, WireResponse } from '../request/contract.js';
import type { LiveProtocol } from './live.js';

/** The brokers that the hub speaks to. */
export const brokerNames = ['kis', 'kiwoom'] as const;
/** KIS (한국투자증권) or Kiwoom (키움). */
export type BrokerName = (typeof brokerNames)[number];

/** The key pair of one account. Never leaves the settings and the request headers. */
export interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/**
 * Where a fact about a broker comes from. `official`: the broker's samples, workbook or notices; `observed`: several
 * independent public projects, or a recorded answer; `uncertain`: one voice, or derived.
 */
export interface Origin {
  readonly certainty: 'official' | 'observed' | 'uncertain';
  /** Who says so, in words. */
  readonly source: string;
  /** When it was published or checked, YYYY-MM-DD. */
  readonly date: string;
}

/** A figure of a broker with its origin. */
export interface Limit extends Origin {
  readonly value: number;
}

/** A figure about WebSockets: at most `value` in any window of `windowMs`; with a window of 0, at most so many at a time. */
export interface RealtimeLimit extends Limit {
  readonly windowMs: number;
  /** What the broker prints, where the hub uses less. */
  readonly published?: number;
}

/** What a live feed spends of one key: connections that are open, symbols that are subscribed, and how fast either changes. */
export type RealtimeLimits = Readonly<Record<'session' | 'registration' | 'connect' | 'subscribe', RealtimeLimit>>;

/** What is known of an endpoint beyond its shape, each fact with its origin. What is not known is absent. */
export interface EndpointFacts {
  /** How sure it is that pages are asked for as `continuation` says. */
  readonly continuation?: Origin;
  /** Rows of a full page, with a real key and, where it differs, with a paper one. */
  readonly rowsPerPage?: Origin & { readonly real: number; readonly paper?: number };
  /**
   * How far back answers reach, today included: calendar days of KST, or trading days (`sessions`). `atLeast`: seen to
   * reach so far, and the end is not known.
   */
  readonly retention?: Origin & {
    readonly reaches: number;
    readonly unit: 'days' | 'sessions';
    readonly atLeast?: boolean;
  };
  /** Calls of the quota that one call spends: of that of the app key, or of that of the app key and this id. */
  readonly cost?: Origin & { readonly calls: number; readonly of: 'key' | 'id' };
  /** At most so many calls in `windowMs`, as the broker asks for this endpoint alone. The hub does not enforce it. */
  readonly pace?: Origin & { readonly calls: number; readonly windowMs: number };
}

/** One operation of a broker, from its own list (registry/, with source and date). */
export interface Endpoint {
  /** What messages and the ledger call it: of KIS the end of its path, with the area where that alone is not clear; of Kiwoom its api-id. */
  readonly name: string;
  /** Another name that leads here: the English one of a Kiwoom id. */
  readonly alias?: string;
  /** The broker's own title, in Korean. */
  readonly title: string;
  readonly method: 'GET' | 'POST';
  /** From the first slash on, without host and query. */
  readonly path: string;
  /** TR id per environment; null: the environment does not offer it, as far as is known. */
  readonly tr: { readonly real: string; readonly paper: string | null };
  /** Names of parameters without which a call is HUB_CALL_INVALID. */
  readonly required: readonly string[];
  /** Names of parameters that may be left out; any other name is HUB_CALL_INVALID. */
  readonly optional: readonly string[];
  /** False for everything that changes something at the broker. */
  readonly replayable: boolean;
  /** Which call tells what became of a non-replayable one. */
  readonly inquiry: string;
  /** How the next page is asked for; `window`: by the time range in the parameters, so not by a cursor. */
  readonly continuation: 'cursor' | 'window' | 'none';
  /** Parameters whose values the next page takes from the answer; without any, a header alone asks for it. */
  readonly cursorKeys?: readonly string[];
  /** Values of the header `tr_cont` that promise another page. */
  readonly moreWhen?: readonly string[];
  /** What else is known of it, each fact with its origin. */
  readonly facts: EndpointFacts;
}

/** What became of a call that no catalogue knows is for its caller to find out. */
export const rawInquiry = 'the orders of the day';

/** How urgent a call is when its caller does not say: an order waits behind no list. */
export const usualPriority = ({ replayable }: Endpoint): Priority => (replayable ? 'interactive' : 'order');

/** Parameters by the broker's own names; every value is a string. */
export type Params = Readonly<Record<string, string>>;

/** Which page of a call: its parameters, and the headers that point to it (none for the first page). */
export interface Page {
  readonly params: Params;
  /** KIS `tr_cont`; Kiwoom `cont-yn` and `next-key`. Any other header is HUB_CALL_INVALID. */
  readonly cursor: Readonly<Record<string, string>>;
}

/** Instants are UTC epoch ms. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number;
  /** When the broker made it, where the token tells: maybe long before this answer. */
  readonly issuedAt?: number;
}

/** How a broker gives out the key that a WebSocket is opened with. */
export interface Approval {
  encode(credentials: Credentials): WireRequest;
  /** Throws as `decodeToken`. `askedAt`: UTC epoch ms. */
  decode(response: WireResponse, askedAt: number): IssuedToken;
}

/** Calls that the ledger grants to one key, per second where nothing else is said. */
export interface Rates {
  /** All calls of the key together. */
  readonly total: number;
  /** Calls of one TR, where the broker counts them apart. */
  readonly perTr?: number;
  /** All calls of the key together, per minute; no such limit when left out. */
  readonly perMinute?: number;
}

const minuteMs = 60_000;

/**
 * The line of the ledger for calls per minute. A token request spends none of it: it comes once a day, and would not get
 * its turn within its patience when the minute is spent.
 */
export const minuteBudgets = ({ perMinute }: Rates, endpoint: Endpoint | undefined): readonly Budget[] =>
  perMinute === undefined || endpoint === undefined
    ? []
    : [{ name: 'total/min', limit: perMinute, windowMs: minuteMs }];

/** How a broker hashes the body of an order, where it does. */
export interface HashKey {
  /** What the call is named in messages. */
  readonly endpoint: string;
  request(credentials: Credentials, params: Params): WireRequest;
  /** The hash; throws what `decode` throws. */
  read(response: WireResponse): string;
}

/** What every broker offers to the chain: data and a few pure functions. */
export interface Broker {
  readonly name: BrokerName;
  readonly hosts: Readonly<Record<Environment, string>>;
  readonly catalogue: Readonly<Record<string, Endpoint>>;
  /** The headers that may point to a page. A cursor may come from another process: nothing else of it becomes a header. */
  readonly cursorHeaders: readonly string[];
  /** What is known of a line of the ledger: none, one figure, or several for different kinds of keys. */
  figuresOf(budget: string, environment: Environment): readonly Limit[];
  /** What a live feed of one key may do. */
  readonly realtimeLimits: RealtimeLimits;
  /** The lines of the ledger that a call touches; without an endpoint those of a token request. */
  budgets(rates: Rates, endpoint?: Endpoint): readonly Budget[];
  /** Whether a call asks or changes something of the account behind the key, so that it matters which key makes it. */
  ofAccount(endpoint: Endpoint): boolean;
  encode(call: {
    readonly endpoint: Endpoint;
    readonly environment: Environment;
    readonly credentials: Credentials;
    readonly page: Page;
    readonly token: string;
    /** Of the body of an order. */
    readonly hashKey?: string | undefined;
  }): WireRequest;
  /** `replayable` by the catalogue unless given. */
  decode(endpoint: string, response: WireResponse, replayable?: boolean): Answer['body'];
  /** The page after this answer, or undefined where the broker says that it was the last. */
  nextPage(endpoint: Endpoint, page: Page, answer: Pick<Answer, 'headers' | 'body'>): Page | undefined;
  /** Undefined: the broker knows no such thing. */
  readonly hashKey?: HashKey;
  encodeTokenRequest(credentials: Credentials): WireRequest;
  /** Throws TokenRefused or IssueTooSoon, or what `decode` throws. */
  decodeToken(response: WireResponse): IssuedToken;
  /** Undefined: the token opens a WebSocket as well. */
  readonly approval?: Approval;
  /** How its WebSocket speaks. */
  readonly live: LiveProtocol;
  encodeRevoke(credentials: Credentials, token: string): WireRequest;
  /** Returns when the token was revoked, and throws what `decode` throws. */
  decodeRevoke(response: WireResponse): void;
}

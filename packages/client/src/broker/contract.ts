import type { Budget } from '../ledger/contract.js';
import type { Environment, WireRequest, WireResponse, Answer } from '../request/contract.js';

/** The key pair of one account. Never leaves the settings and the request headers. */
export interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/** A figure of a broker with its origin. */
export interface Limit {
  readonly value: number;
  readonly source: string;
  /** When the figure was published or checked, YYYY-MM-DD. */
  readonly date: string;
  readonly certainty: 'official' | 'observed' | 'uncertain';
}

/** One operation of a broker. */
export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** TR id per environment; null: the environment does not offer it. */
  readonly tr: { readonly real: string; readonly paper: string | null };
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** False for everything that changes something at the broker. */
  readonly replayable: boolean;
  /** Which call tells what became of a non-replayable one. */
  readonly inquiry: string;
  readonly continuation: 'tr_cont' | 'window' | 'none';
}

export type Params = Readonly<Record<string, string>>;

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** What every broker offers to the chain: data and a few pure functions. */
export interface Broker {
  readonly name: string;
  readonly hosts: Readonly<Record<Environment, string>>;
  /** The lines of the ledger that every call of a key touches. */
  budgets(perSecond: number): readonly Budget[];
  encode(call: {
    readonly endpoint: Endpoint;
    readonly environment: Environment;
    readonly credentials: Credentials;
    readonly params: Params;
    readonly trCont: string;
    readonly token: string;
  }): WireRequest;
  decode(endpoint: string, response: WireResponse): Answer['body'];
  encodeTokenRequest(credentials: Credentials): WireRequest;
  /** Throws TokenRefused or IssueTooSoon, or what `decode` throws. */
  decodeToken(response: WireResponse): IssuedToken;
}

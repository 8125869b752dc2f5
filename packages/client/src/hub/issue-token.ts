import { randomUUID } from 'node:crypto';

import type { Broker, Credentials, IssuedToken } from '../broker/contract.js';
import { CallTimeout } from '../error/index.js';
import { maxDeadlineMs, type Budget } from '../ledger/contract.js';
import { BeforeSend, type Send, type WireRequest, type WireResponse } from '../request/contract.js';
import type { Clock } from '../runtime/clock.js';
import { IssueNotSent, type IssueToken, type Purpose } from '../vault/contract.js';

/** How long a token request waits for its permit: longer than the hold after a restart of the gatekeeper. */
const permitPatienceMs = 20_000;

/** After this time a token request cannot arrive any more: it got no permit, or its socket has been reset. */
export const issueDeadlineMs = permitPatienceMs + maxDeadlineMs;

export interface IssueTokenParts {
  readonly broker: Broker;
  readonly credentials: Credentials;
  /** Those of a token request now. */
  readonly budgets: () => readonly Budget[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** permit → timeout → transport: no retry and no token. */
  readonly send: Send;
}

interface Question {
  readonly endpoint: string;
  readonly encode: (credentials: Credentials) => WireRequest;
  readonly decode: (response: WireResponse, askedAt: number) => IssuedToken;
}

/** How this broker is asked for a token of this purpose. */
const questionOf = (broker: Broker, purpose: Purpose): Question => {
  if (purpose === 'rest') {
    return {
      endpoint: 'a token request',
      encode: (credentials) => broker.encodeTokenRequest(credentials),
      decode: (response) => broker.decodeToken(response),
    };
  }
  if (broker.approval !== undefined) return { endpoint: 'an approval request', ...broker.approval };
  throw new Error(`${broker.name}: a WebSocket is opened with the token of the REST calls`);
};

/** A token request is a hidden call: it spends a permit like every other, and is never repeated by itself. */
export const tokenIssuer =
  ({ broker, credentials, budgets, timeoutMs, clock, send }: IssueTokenParts): IssueToken =>
  async (identity, signal) => {
    const { endpoint, encode, decode } = questionOf(broker, identity.purpose);
    const patience = new AbortController();
    const disarm = clock.after(permitPatienceMs, () => {
      patience.abort(new CallTimeout(endpoint, permitPatienceMs));
    });
    const askedAt = clock.now();
    try {
      const { body } = await send({
        requestId: randomUUID(),
        endpoint,
        tr: '',
        replayable: false,
        inquiry: 'hub doctor',
        candidates: [
          {
            identity,
            budgets: budgets(),
            secrets: Object.values(credentials),
            encode: () => {
              disarm();
              return encode(credentials);
            },
          },
        ],
        priority: 'order',
        signal: AbortSignal.any([signal, patience.signal]),
        timeoutMs,
        decode: (response) => ({ ...decode(response, askedAt) }),
      });
      const issuedAt = body.issuedAt === undefined ? {} : { issuedAt: Number(body.issuedAt) };
      return { token: String(body.token), expiresAt: Number(body.expiresAt), ...issuedAt };
    } catch (error) {
      if (patience.signal.aborted) throw new IssueNotSent(patience.signal.reason);
      throw error instanceof BeforeSend ? new IssueNotSent(error.cause) : error;
    } finally {
      disarm();
    }
  };

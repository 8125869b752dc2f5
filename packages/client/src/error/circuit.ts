import { HubError } from './hub-error.js';

/** What is known of a circuit that is open. Instants are UTC epoch ms. */
export interface OpenCircuit {
  readonly since: number;
  /** When the next call is let through, at the soonest; in `forMs` from now. */
  readonly until: number;
  readonly forMs: number;
  /** What the last call ended with, as a code of the hub. */
  readonly failure: string;
}

/** The broker has answered nobody by this key for a while: calls end at once until one that is let through gets an answer. */
export class CircuitOpen extends HubError {
  readonly code = 'HUB_CIRCUIT_OPEN';
  readonly remedy: string;
  override readonly retryAfterMs: number;
  /** When it opened, UTC epoch ms. */
  readonly since: number;
  /** When the next call is let through, at the soonest, UTC epoch ms. */
  readonly until: number;
  /** What the last call ended with, as a code of the hub. */
  readonly failure: string;

  constructor(
    /** `broker:environment:keyId`. */
    readonly account: string,
    { since, until, forMs, failure }: OpenCircuit,
  ) {
    const [broker = '', environment = '', keyId = ''] = account.split(':');
    super(
      `${broker}: no answer by key ${keyId} (${environment}) since ${instant(since)}, last ${failure}; not sent, as nothing is before ${instant(until)}`,
    );
    this.remedy =
      'The hub lets a call through then and goes on by itself as soon as one is answered; meanwhile check the network and the notices of the broker (`hub doctor`).';
    this.since = since;
    this.until = until;
    this.failure = failure;
    this.retryAfterMs = forMs;
  }
}

const instant = (ms: number): string => new Date(ms).toISOString();

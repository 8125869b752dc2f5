import { HubError, type HubErrorJson } from './hub-error.js';

/** One answer of a broker that is not a success. `brokerMessage` is the broker's own Korean text, trimmed. */
export interface BrokerFault {
  /** `kis` or `kiwoom`. */
  readonly broker: string;
  /** By its name in the catalogue. */
  readonly endpoint: string;
  /** HTTP status. */
  readonly status: number;
  /** As in the answer: `EGW00201`, `1700`. */
  readonly brokerCode: string;
  readonly brokerMessage: string;
  /** What the code means, in English. */
  readonly meaning: string;
}

const describe = (fault: BrokerFault): string =>
  `${fault.endpoint}: ${fault.brokerCode} ${fault.brokerMessage} (${fault.meaning})`;

abstract class BrokerError extends HubError {
  constructor(
    readonly fault: BrokerFault,
    readonly remedy: string,
  ) {
    super(describe(fault));
  }

  /** The broker's own code: `EGW00201`, `1700`. */
  get brokerCode(): string {
    return this.fault.brokerCode;
  }

  /** The broker's own Korean text, trimmed. Accounts and secrets in it are hidden. */
  get brokerMessage(): string {
    return this.fault.brokerMessage;
  }

  override toJSON(): HubErrorJson {
    return { ...super.toJSON(), brokerCode: this.brokerCode, brokerMessage: this.brokerMessage };
  }
}

/** The broker refused this call and will refuse it again: mend the request, the key or the rights. */
export class BrokerRefused extends BrokerError {
  readonly code = 'HUB_BROKER_REFUSED';
}

/** The broker asks to wait (too many calls, no resources), and the retries of this call are used up. */
export class BrokerBusy extends BrokerError {
  readonly code = 'HUB_BROKER_BUSY';
  override readonly retryAfterMs = 1_000;
}

/** The token was not accepted, also after a renewal. */
export class TokenRejected extends BrokerError {
  readonly code = 'HUB_TOKEN_REJECTED';
}

/** The broker failed on its side, also after the retries. */
export class BrokerFailed extends BrokerError {
  readonly code = 'HUB_BROKER_FAILED';
  override readonly retryAfterMs = 5_000;
}

/** The answer is not what this endpoint sends: HTML, cut JSON, damaged text or compression, a body over the limit. */
export class AnswerUnreadable extends HubError {
  readonly code = 'HUB_ANSWER_UNREADABLE';
  readonly remedy =
    'Either a proxy or a maintenance page answered in place of the broker, or the body was cut, damaged or overlong; check the host and try later, or ask for less if it is always this call.';
  override readonly retryAfterMs = 5_000;

  constructor(
    readonly endpoint: string,
    readonly status: number,
    what: string,
    options?: ErrorOptions,
  ) {
    super(`${endpoint}: HTTP ${String(status)}, ${what}`, options);
  }
}

/** No answer within the time of an attempt, or within the deadline of the whole call. */
export class CallTimeout extends HubError {
  readonly code = 'HUB_TIMEOUT';
  readonly remedy: string;
  override readonly retryAfterMs = 1_000;

  /** `whole`: waiting for a turn and repetitions count. */
  constructor(
    endpoint: string,
    afterMs: number,
    { whole = false, ...options }: ErrorOptions & { whole?: boolean } = {},
  ) {
    const time = `${String(Math.round(afterMs))} ms`;
    super(`${endpoint}: ${whole ? `not done within ${time}, waiting included` : `no answer within ${time}`}`, options);
    this.remedy = whole
      ? 'Try again with more deadlineMs, or a more urgent priority: the call may have waited for its turn.'
      : 'Try again; raise timeoutMs (at most 10 s) if the broker is slow.';
  }
}

/** The connection to the broker failed or broke. */
export class BrokerUnreachable extends HubError {
  readonly code = 'HUB_BROKER_UNREACHABLE';
  readonly remedy =
    'Check the network and the host; the broker closes its gateway at night and on weekends now and then.';
  override readonly retryAfterMs = 2_000;

  constructor(
    endpoint: string,
    why: string,
    /** True when bytes of the request may have left. */
    readonly sent: boolean,
    options?: ErrorOptions,
  ) {
    super(`${endpoint}: connection failed, ${why}`, options);
  }
}

/** A non-replayable call (an order) left the socket and no clear answer came: it may have been executed. */
export class OutcomeUnknown extends HubError {
  readonly code = 'HUB_OUTCOME_UNKNOWN';
  readonly remedy: string;

  constructor(endpoint: string, inquiry: string, options?: ErrorOptions) {
    super(`${endpoint}: sent, but no clear answer came; it may have been executed`, options);
    this.remedy = `Look it up with \`${inquiry}\` before you send it again.`;
  }
}

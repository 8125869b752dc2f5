import { HubError } from './hub-error.js';

/** No RestApiWorker takes the calls of a broker. The call was not made. */
export class ServiceAway extends HubError {
  readonly code = 'HUB_SERVICE_AWAY';
  readonly remedy: string;
  override readonly retryAfterMs = 5_000;

  constructor(readonly broker: string) {
    super(`No RestApiWorker takes calls for ${broker}; the call was not made`);
    this.remedy = `Start \`hub serve\` with the keys of ${broker} and the same REDIS_URL; it takes calls at once.`;
  }
}

/** A call vanished from its queue without an answer, also after it was queued again. */
export class CallLost extends HubError {
  readonly code = 'HUB_CALL_LOST';
  readonly remedy = 'The main Redis lost its data, or somebody empties the queue; find out which, then call again.';

  constructor(readonly endpoint: string) {
    super(`${endpoint}: the call vanished from its queue before it was answered`);
  }
}

/** What a caller asked for, and why it may not. */
export interface CallerRefusal {
  /** The name in its token, where that proves something; else its label or `somebody`. */
  readonly caller: string;
  readonly broker: string;
  readonly endpoint: string;
  /** What is wrong, and what would be allowed. */
  readonly why: string;
}

/** The worker does not make this call for this caller: no token, no good one, or one that does not allow it. Nothing was sent. */
export class CallerRefused extends HubError {
  readonly code = 'HUB_CALLER_REFUSED';
  readonly caller: string;
  readonly endpoint: string;

  constructor(
    { caller, broker, endpoint, why }: CallerRefusal,
    readonly remedy: string,
  ) {
    super(`${broker} ${endpoint} is not made for ${caller}: ${why}`);
    this.caller = caller;
    this.endpoint = endpoint;
  }
}

/** A message that this version cannot read. In a queue it is kept with the dead letters. */
export class PayloadInvalid extends HubError {
  readonly code = 'HUB_PAYLOAD_INVALID';
  readonly remedy = 'Run the same version on both sides of the queue; look at the dead letters for what was sent.';

  constructor(
    readonly queue: string,
    flaws: string,
  ) {
    super(`${queue}: a message that cannot be read: ${flaws}`);
  }
}

/** The process behind a job died, again and again. */
export class JobStalled extends HubError {
  readonly code = 'HUB_JOB_STALLED';
  readonly remedy = 'Look into the log of the workers for what ended them, then run the same again.';

  constructor(reason: string) {
    super(`Its worker died or hung too often: ${reason}`);
  }
}

/** A failure that came from another process and has no class of its own here. */
export class RemoteFailure extends HubError {
  readonly code: `HUB_${string}`;
  readonly remedy: string;

  constructor(failure: { readonly code: string; readonly message: string; readonly remedy: string }) {
    super(failure.message);
    this.code = failure.code.startsWith('HUB_') ? (failure.code as `HUB_${string}`) : 'HUB_UNEXPECTED';
    this.remedy = failure.remedy;
  }
}

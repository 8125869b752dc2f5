import { HubError } from './hub-error.js';

/** Settings are missing, unknown or contradict each other. Lists every problem, raised before anything is opened. */
export class ConfigInvalid extends HubError {
  readonly code = 'HUB_CONFIG';
  readonly remedy: string;

  constructor(
    readonly problems: readonly string[],
    remedy = 'Mend the settings named above; `hub doctor` checks them all.',
  ) {
    super(`Settings: ${problems.join('; ')}`);
    this.remedy = remedy;
  }
}

/** The call does not fit its endpoint: unknown name, missing or unknown parameter, wrong environment. */
export class CallInvalid extends HubError {
  readonly code = 'HUB_CALL_INVALID';

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** A time range that cannot be fetched: turned around, malformed, or older than the broker keeps. */
export class RangeInvalid extends HubError {
  readonly code = 'HUB_RANGE';

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** The broker has no such symbol on this venue. */
export class SymbolUnknown extends HubError {
  readonly code = 'HUB_SYMBOL_UNKNOWN';
  readonly remedy = 'Check the six-digit code and the venue (KRX, NXT, UN).';

  constructor(readonly symbol: string) {
    super(`${symbol}: the broker knows no such symbol`);
  }
}

/** The hub was closed before or during the call. */
export class HubClosed extends HubError {
  readonly code = 'HUB_CLOSED';
  readonly remedy = 'Create a new hub; a closed one stays closed.';

  constructor() {
    super('The hub is closed');
  }
}

/** The caller's AbortSignal ended the call. Nothing stays reserved. */
export class CallAborted extends HubError {
  readonly code = 'HUB_ABORTED';
  readonly remedy = 'Nothing to do: the caller stopped this call.';

  constructor(options?: ErrorOptions) {
    super('The call was aborted', options);
  }
}

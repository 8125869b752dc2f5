import { HubError } from './hub-error.js';

/** The shared account of the quota is away: calls stop, because nobody knows what the others spend. */
export class LedgerLost extends HubError {
  readonly code = 'HUB_LEDGER_LOST';
  readonly remedy = 'Bring the gatekeeper Redis (REDIS_URL_GATEKEEPER) back; calls go on by themselves.';

  constructor(options?: ErrorOptions) {
    super('The quota ledger (gatekeeper Redis) has been away for too long; no call leaves without it', options);
  }
}

/** A permit's lease ended between its grant and the send: it was given up before a byte left. */
export class PermitExpired extends HubError {
  readonly code = 'HUB_PERMIT_EXPIRED';
  readonly remedy = 'The hub takes a new permit by itself; if this repeats, the process is stopped or starved of CPU.';

  constructor() {
    super('The permit expired before the request could leave');
  }
}

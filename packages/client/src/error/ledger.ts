import { HubError } from './hub-error.js';

/** A Redis server cannot be reached. */
export class RedisUnreachable extends HubError {
  readonly code = 'HUB_REDIS_UNREACHABLE';
  readonly remedy: string;

  constructor(
    readonly role: 'main' | 'gatekeeper',
    url: string,
    options?: ErrorOptions,
  ) {
    super(`The ${role} Redis (${url}) cannot be reached`, options);
    this.remedy = `Start it, or mend ${role === 'main' ? 'REDIS_URL' : 'REDIS_URL_GATEKEEPER'}.`;
  }
}

/** A Redis server answers, but with an error: no memory left, wrong password, still loading. */
export class RedisRefused extends HubError {
  readonly code = 'HUB_REDIS_REFUSED';
  readonly remedy: string;

  constructor(role: 'main' | 'gatekeeper', reply: string) {
    super(`The ${role} Redis refused a command: ${reply}`);
    this.remedy = `Mend the server's settings (maxmemory, password, replica role) behind ${role === 'main' ? 'REDIS_URL' : 'REDIS_URL_GATEKEEPER'}.`;
  }
}

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

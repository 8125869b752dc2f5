import { HubError, isHubError } from './hub-error.js';

/** Which server: queues and tokens, the ledger, or one of those that vote on a lock. */
export type RedisRole = 'main' | 'gatekeeper' | 'lock';

/** Where the URL of a server comes from. */
const variableOf: Readonly<Record<RedisRole, string>> = {
  main: 'REDIS_URL',
  gatekeeper: 'REDIS_URL_GATEKEEPER',
  lock: 'HUB_LOCK_URLS',
};

/** A Redis server cannot be reached. */
export class RedisUnreachable extends HubError {
  readonly code = 'HUB_REDIS_UNREACHABLE';
  readonly remedy: string;

  constructor(
    readonly role: RedisRole,
    url: string,
    options?: ErrorOptions,
  ) {
    super(`The ${role} Redis (${url}) cannot be reached`, options);
    this.remedy = `Start it, or mend ${variableOf[role]}.`;
  }
}

/** Said to the first write of a script already, so that none was done; other errors may stop one half way. */
const refusesEveryWrite = /^(READONLY|OOM|MISCONF|LOADING|NOAUTH|WRONGPASS|MASTERDOWN|NOREPLICAS|BUSY|CLUSTERDOWN) /;

/** A Redis server answers, but with an error: no memory left, wrong password, still loading. */
export class RedisRefused extends HubError {
  readonly code = 'HUB_REDIS_REFUSED';
  readonly remedy: string;
  /** Whether it is certain that the command, also one of many writes, has changed nothing. */
  readonly changedNothing: boolean;

  constructor(role: RedisRole, reply: string) {
    super(`The ${role} Redis refused a command: ${reply}`);
    this.changedNothing = refusesEveryWrite.test(reply);
    this.remedy = `Mend the server's settings (maxmemory, password, rights, replica role) behind ${variableOf[role]}.`;
  }
}

/** Hides user, password and query of a URL (a password may stand in either, and hold @ or /): it is for error texts. */
export const redactedUrl = (url: string): string => url.replace(/\/\/.*@/, '//***@').replace(/\?.*$/, '?***');

/** The server's own word, such as NOAUTH or READONLY. */
export const isRedisReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** What a failed command says about its server: that it refuses, or that it is away. Errors of the hub stay as they are. */
export const redisFailure = (role: RedisRole, url: string, error: unknown): HubError => {
  if (isHubError(error)) return error;
  if (isRedisReply(error)) return new RedisRefused(role, error.message);
  // The library hangs the command and its arguments, a token among them, on its errors: keep the text alone.
  const cause = new Error(error instanceof Error ? error.message : String(error));
  return new RedisUnreachable(role, redactedUrl(url), { cause });
};

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

/** A password stands before the host, or (for sockets) among the parameters; percent-encoded or not. */
const passwordsIn = (url: string): string[] => {
  const [, before = ''] = /\/\/[^@]*?:(.*)@/.exec(url) ?? [];
  const [, beside = ''] = /[?&]password=([^&]*)/.exec(url) ?? [];
  return [before, beside].flatMap((text) => [text, decoded(text)]).filter((text) => text !== '');
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Shorter ones would tear words apart: they are hidden where they are quoted. */
const shortest = 6;

/** Hides the password of a URL in words that come from its server or from the way to it: some quote the command that they refuse. */
export const withoutPasswords = (text: string, urls: readonly string[]): string =>
  urls
    .flatMap(passwordsIn)
    .sort((one, other) => other.length - one.length)
    .reduce(
      (result, password) =>
        password.length >= shortest
          ? result.replaceAll(password, '***')
          : ['`', "'", '"'].reduce(
              (words, mark) => words.replaceAll(mark + password + mark, `${mark}***${mark}`),
              result,
            ),
      urls.filter((url) => url !== '').reduce((words, url) => words.replaceAll(url, redactedUrl(url)), text),
    );

/** The server's own word, such as NOAUTH or READONLY. */
export const isRedisReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** What a failed command says about its server: that it refuses, or that it is away. Errors of the hub stay as they are. */
export const redisFailure = (role: RedisRole, url: string, error: unknown): HubError => {
  if (isHubError(error)) return error;
  const words = withoutPasswords(error instanceof Error ? error.message : String(error), [url]);
  if (isRedisReply(error)) return new RedisRefused(role, words);
  // The library hangs the command and its arguments, a token among them, on its errors: keep the text alone.
  const cause = new Error(words);
  return new RedisUnreachable(role, redactedUrl(url), { cause });
};

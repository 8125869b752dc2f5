import type { Notice } from '@hub/client';

import { counted, duration, koreanTime } from './numbers.js';

/** The broker's minute with the second that the vault adds. */
const minuteMs = 61_000;

/** Retries that a person should hear of: the broker itself seems to be away. */
const silence: ReadonlySet<string> = new Set(['HUB_BROKER_UNREACHABLE', 'HUB_TIMEOUT']);

/** One word about retries in so long; sixteen calls in flight fail alike. */
const retryHoldMs = 10_000;

/** Accounts begin with their broker. */
const brokerOf = ({ account }: { readonly account: string }): string => account.split(':')[0] ?? '';

/** What two notices of a kind must have in common to be the same news. */
const subjectOf = (notice: Notice): string => {
  if ('account' in notice) return brokerOf(notice);
  return 'keyId' in notice ? notice.keyId : '';
};

/** A notice of the hub in plain words, or undefined when nobody has to know. */
export const noticeLine = (notice: Notice, verbose: boolean): string | undefined => {
  switch (notice.kind) {
    case 'ledger-hold':
      return `quota held for ${duration(notice.forMs)}: the gatekeeper is new`;
    case 'ledger-away':
      return `the gatekeeper Redis does not answer; calls wait up to ${duration(notice.forMs)} for it`;
    case 'ledger-on-share':
      return `${brokerOf(notice)}: the gatekeeper is still away; calls go on over this process's share of the quota, for ${duration(notice.forMs)} at most`;
    case 'ledger-back':
      return `${brokerOf(notice)}: the gatekeeper answers again`;
    case 'ledger-narrowed':
      return `${brokerOf(notice)}: the broker says "too many calls": all processes go by ${String(notice.limit)} a window of ${notice.budget} from now on; hub quota tells why`;
    case 'token-wait':
      return notice.forMs > minuteMs
        ? `${brokerOf(notice)}: waiting ${duration(notice.forMs)} for a token: the broker gives one a minute, and an earlier process may just have asked`
        : `${brokerOf(notice)}: waiting ${duration(notice.forMs)} for a token: another process asked the broker less than a minute ago`;
    case 'token-limit':
      return `${brokerOf(notice)}: the broker gives one token a minute, and somebody outside the hub took it: ${notice.brokerMessage}`;
    case 'token-foreign':
      return `${brokerOf(notice)}: the broker handed out a token that it had made ${koreanTime(notice.issuedAt)}, when nobody of this hub asked: another program uses this key, or Redis lost its memory`;
    case 'token-failed':
      return `${brokerOf(notice)}: no token: ${notice.code} ${notice.message}; the broker is asked again within ${duration(notice.forMs)}`;
    case 'token-issued':
      return `${brokerOf(notice)}: new token, good until ${koreanTime(notice.expiresAt)}`;
    case 'key-isolated':
      return `${notice.broker}: key ${notice.keyId} was turned away (${notice.code}); calls go by the other keys for ${duration(notice.forMs)}`;
    case 'circuit-open':
      return `${brokerOf(notice)}: no answer (${notice.code}); no calls for ${duration(notice.forMs)}, then one to see whether it is back`;
    case 'circuit-closed':
      return `${brokerOf(notice)}: it answers again, after ${duration(notice.afterMs)}`;
    case 'feed-session':
      return `${brokerOf(notice)}: this process holds the live feed of ${notice.account}`;
    case 'feed-handover':
      return `${brokerOf(notice)}: the live feed of ${notice.account} goes to ${notice.to}: ${notice.reason}`;
    case 'feed-broken':
      return `${brokerOf(notice)}: the live feed broke off (${notice.detail}); again in ${duration(notice.forMs)}, what is missing is a gap`;
    case 'feed-stopped':
      return `${brokerOf(notice)}: the live feed failed ${String(notice.attempts)} times in a row (${notice.detail}); stopped for ${duration(notice.forMs)}, before the broker bans the key`;
    case 'feed-preopen':
      return notice.ok
        ? `${brokerOf(notice)}: ready for the opening in ${duration(notice.opensInMs)}: ${counted(notice.feeds, 'live feed')} of ${notice.account} acknowledged`
        : `${brokerOf(notice)}: NOT ready for the opening in ${duration(notice.opensInMs)}, ${notice.account}: ${notice.problems.join('; ')}`;
    case 'feed-failed':
      return `${brokerOf(notice)}: no live feed: ${notice.code} ${notice.message}`;
    case 'feed-refused':
      return `${brokerOf(notice)}: the broker refused a registration: ${notice.code} ${notice.message}`;
    case 'feed-denied':
      return `${notice.broker}: the live feed ${notice.feed} is not for ${notice.caller}: ${notice.why}`;
    case 'feed-bad-frame':
      return `${brokerOf(notice)}: ${String(notice.count)} frames of the live feed could not be read: ${notice.reason}`;
    case 'capture-dropped':
      return `${brokerOf(notice)}: ${String(notice.count)} frames were not captured: the disk is too slow`;
    case 'capture-failed':
      return `${brokerOf(notice)}: frames cannot be captured: ${notice.message}; again in ${duration(notice.forMs)}`;
    case 'retry': {
      const { endpoint, attempt, code, waitMs } = notice;
      if (verbose) return `${endpoint}: ${code}, attempt ${attempt + 1} in ${duration(waitMs)}`;
      return silence.has(code) ? `${brokerOf(notice)}: no answer (${code}); trying again` : undefined;
    }
    case 'drift': {
      const { broker, endpoint, field, change } = notice;
      const told = change === 'unknown' ? 'a field that nobody documented' : 'without a documented field';
      return verbose ? `${broker}: answers of ${endpoint}: ${told}: ${field}` : undefined;
    }
    case 'permit':
      return undefined;
  }
};

/** Lets a line through once, until what it announced is over: sixteen calls in flight wait for the same token. */
export class Announcer {
  readonly #until = new Map<string, number>();

  constructor(
    private readonly say: (line: string) => void,
    private readonly options: { readonly verbose: boolean; readonly now: () => number },
  ) {}

  tell(notice: Notice): void {
    const line = noticeLine(notice, this.options.verbose);
    if (line === undefined) return;
    const now = this.options.now();
    const about = `${notice.kind} ${subjectOf(notice)}`;
    const holdMs =
      'forMs' in notice ? notice.forMs : notice.kind === 'retry' && !this.options.verbose ? retryHoldMs : 0;
    if (holdMs > 0) {
      if (now < (this.#until.get(about) ?? 0)) return;
      this.#until.set(about, now + holdMs);
    }
    this.say(line);
  }
}

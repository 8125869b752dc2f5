import { HubError } from './hub-error.js';

/** No registration is left for a feed, on any key. */
export class NoSlot extends HubError {
  readonly code = 'HUB_NO_SLOT';
  readonly remedy =
    'Give feeds back or add a key; until then ask by REST, with hub.quote() or hub.ticks(). `hub quota` shows the stock `registration`.';

  constructor(readonly feeds: readonly string[]) {
    super(`No registration is left for ${feeds.join(', ')}: every key is full`);
  }
}

/** No process with a key holds the live feeds of a broker. The subscription waits for one, and is served once it is there. */
export class FeedUnserved extends HubError {
  readonly code = 'HUB_FEED_UNSERVED';
  readonly remedy: string;
  override readonly retryAfterMs = 5_000;

  constructor(readonly broker: string) {
    super(`No process with a key of ${broker} is there to hold its live feeds; this subscription waits for one`);
    this.remedy = `Start \`hub serve\` with the keys of ${broker} and the same REDIS_URL; the feeds begin by themselves then.`;
  }
}

/** The broker turned a WebSocket away before it was open. */
export class FeedRefused extends HubError {
  readonly code = 'HUB_FEED_REFUSED';
  readonly remedy =
    'The hub tries again, each time later. If it goes on, look whether the key or the address is blocked.';

  constructor(
    readonly host: string,
    readonly status: number,
  ) {
    super(`${host} declined the WebSocket with HTTP ${String(status)}`);
  }
}

/** A WebSocket could not be opened, or ended before it was. */
export class NoConnection extends HubError {
  readonly code = 'HUB_FEED_UNREACHABLE';
  readonly remedy = 'The hub tries again, each time later. Look at the network of this machine if it goes on.';

  constructor(
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`The WebSocket of ${host} cannot be reached`, options);
  }
}

/** A handler or an option of a subscription is wrong, or a feed that no broker offers. */
export class FeedInvalid extends HubError {
  readonly code = 'HUB_FEED_INVALID';

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** Nothing of the files that were to be replayed can be read. */
export class CaptureUnreadable extends HubError {
  readonly code = 'HUB_CAPTURE_UNREADABLE';
  readonly remedy =
    'Name the files or the folder that HUB_CAPTURE_DIR was: <broker>-<env>-<key>-<start>-<pid>.ndjson.gz.';

  constructor(
    readonly flaws: readonly { readonly file: string; readonly offset: number; readonly why: string }[],
    where: string,
  ) {
    const told = flaws.map(({ file, offset, why }) => `${file} at byte ${String(offset)}: ${why}`).join('; ');
    super(`No captured frames can be read: ${told === '' ? `nothing is in ${where}` : told}`);
  }
}

/** The session of a live feed stays where it is: nothing was changed. `retryAfterMs`: until the lease of a silent holder has ended. */
export class TakeoverRefused extends HubError {
  readonly code = 'HUB_TAKEOVER_REFUSED';
  declare readonly retryAfterMs?: number;

  constructor(
    why: string,
    readonly remedy: string,
    retryAfterMs?: number,
  ) {
    super(`${why}; nothing was changed`);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** The holder has let a session go, and nobody has begun within the time that it takes. */
export class TakeoverUnfinished extends HubError {
  readonly code = 'HUB_TAKEOVER_UNFINISHED';
  readonly remedy =
    'Look with `hub realtime status`: whichever process with the key is well takes it, half a minute later at most; what is missing is a gap.';

  constructor(
    readonly from: string,
    readonly to: string,
  ) {
    super(`${from} was about to let the session go to ${to}, which has not begun yet`);
  }
}

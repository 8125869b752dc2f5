import type { FeedOnSocket } from './feed-on-socket.js';

/** When silence means that something is wrong. All in ms; reasons in docs/guide/realtime.md. */
export const liveness = {
  /** How often it is looked. */
  everyMs: 1_000,
  /** Both brokers ping every 10 s or so: a socket without any frame for longer is dead. */
  socketMs: 25_000,
  /** A busy socket is dead earlier: after so many of its usual pauses … */
  socketPauses: 40,
  /** … but not before. */
  socketLeastMs: 3_000,
  /** A feed that was lively is looked at after so many of its usual pauses … */
  feedPauses: 60,
  /** … but not before, while others tell something. */
  feedLeastMs: 20_000,
  /** A feed that has told nothing since it was registered, while others do. */
  neverHeardMs: 60_000,
  /** A feed of trades is quiet after so many of its usual pauses … */
  quietPauses: 4,
  /** … but not before: from then on what comes over the socket proves nothing for it. */
  quietLeastMs: 2_000,
  /** How lively the others have to be: this many feeds in the last ten seconds. */
  othersNeeded: 3,
  othersMs: 10_000,
  /** How often one feed is registered anew before it is left alone. */
  revivals: 3,
} as const;

export type Ailment =
  | { readonly kind: 'well' }
  /** Nothing comes any more, though the connection stands. */
  | { readonly kind: 'dead'; readonly silentMs: number }
  | { readonly kind: 'silent'; readonly feeds: readonly FeedOnSocket[] };

/** What is wrong with a socket, by what it has told lately. Instants are monotonic. */
export class Liveness {
  #heardAt: number;
  #pauseMs: number | undefined;

  constructor(openedAt: number) {
    this.#heardAt = openedAt;
  }

  /** Since a frame of any kind has arrived, ms; undefined: none ever has. */
  silentMs(now: number): number | undefined {
    return this.#pauseMs === undefined ? undefined : now - this.#heardAt;
  }

  /** A frame of any kind has arrived. */
  heard(now: number): void {
    const passed = now - this.#heardAt;
    this.#pauseMs = this.#pauseMs === undefined ? passed : this.#pauseMs + (passed - this.#pauseMs) / 64;
    this.#heardAt = now;
  }

  /** `trading`: whether the market is in continuous trading: outside of it all may fall silent together. */
  look(now: number, feeds: readonly FeedOnSocket[], trading: boolean): Ailment {
    const silentMs = now - this.#heardAt;
    if (silentMs > this.#socketMs(trading && feeds.length > 0)) return { kind: 'dead', silentMs };
    if (!trading) return { kind: 'well' };
    const lively = feeds.filter(({ heardAt = -Infinity }) => now - heardAt < liveness.othersMs).length;
    if (lively < liveness.othersNeeded) return { kind: 'well' };
    const silent = feeds.filter(
      (feed) => feed.feed.kind !== 'notice' && feed.revived < liveness.revivals && isSilent(feed, now),
    );
    return silent.length === 0 ? { kind: 'well' } : { kind: 'silent', feeds: silent };
  }

  /** Feeds of trades that have just become quiet. */
  quiet(now: number, feeds: readonly FeedOnSocket[], trading: boolean): readonly FeedOnSocket[] {
    if (!trading) return [];
    return feeds.filter(({ feed, quietSinceMs, heardAt, registeredAt, everyMs = 0 }) => {
      const silentMs = now - (heardAt ?? registeredAt);
      const usual = liveness.quietPauses * everyMs;
      return feed.kind === 'trade' && quietSinceMs === undefined && silentMs > Math.max(liveness.quietLeastMs, usual);
    });
  }

  #socketMs(trading: boolean): number {
    if (!trading || this.#pauseMs === undefined) return liveness.socketMs;
    const usual = liveness.socketPauses * this.#pauseMs;
    return Math.min(liveness.socketMs, Math.max(liveness.socketLeastMs, usual));
  }
}

const isSilent = (
  { heardAt, everyMs = liveness.feedLeastMs, registeredAt, revived }: FeedOnSocket,
  now: number,
): boolean => {
  // Each try in vain makes the next one wait twice as long: a share may simply not trade.
  const patience = 2 ** revived;
  if (heardAt === undefined) return now - registeredAt > patience * liveness.neverHeardMs;
  return now - heardAt > patience * Math.max(liveness.feedLeastMs, liveness.feedPauses * everyMs);
};

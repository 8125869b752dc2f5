import type { FeedLadder } from '../feed-store.js';
import type { Session } from '../session/session.js';

/** Whoever begins to hold a session later has registered its feeds anew by that. */
const freshMs = 10_000;

/** What this process does for a feed that stays mute: what the ladder of the feed says, once, where this process holds the socket. */
export class MuteFeeds {
  /** The last step of each feed that was done. */
  readonly #done = new Map<string, string>();

  /** `sessions`: of the keys that this process has. */
  constructor(
    private readonly sessions: ReadonlyMap<string, Pick<Session, 'generation' | 'resubscribe' | 'reconnect'>>,
  ) {}

  /** `ladders`: by feed, as they are at `now` (server time). */
  see(ladders: ReadonlyMap<string, FeedLadder>, now: number): void {
    for (const feed of this.#done.keys()) if (!ladders.has(feed)) this.#done.delete(feed);
    for (const [feed, { step, keyId, atMs, setMs, joinedMs }] of ladders) {
      const session = this.sessions.get(keyId);
      const name = `${step} ${String(atMs)}`;
      if (session?.generation === undefined || now - setMs > freshMs || this.#done.get(feed) === name) continue;
      this.#done.set(feed, name);
      if (step === 'resubscribe') session.resubscribe(feed);
      else if (step === 'reconnect' && joinedMs === undefined) session.reconnect(feed);
    }
  }
}

/** Keys that a feed is to leave: it stays mute on them. */
export const leaving = (ladders: ReadonlyMap<string, FeedLadder>): Map<string, string> =>
  new Map([...ladders].flatMap(([feed, { step, keyId }]) => (step === 'switch-key' ? [[feed, keyId] as const] : [])));

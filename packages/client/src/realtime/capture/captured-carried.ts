import type { BrokerName } from '../../broker/contract.js';
import type { GapCause } from '../contract.js';
import type { Beginning } from '../feed-store.js';
import { Carried, type Teller } from '../session/carried.js';
import type { FeedOnSocket } from '../session/feed-on-socket.js';
import type { CaptureMark } from './contract.js';

/**
 * The feeds of a session, and a mark for everything that changes them: what is marked is all that a replay needs beside the
 * frames to tell the same. A mark is made before its change, for a file that begins with it says how things were.
 */
export class CapturedCarried extends Carried {
  #wanted = '';

  constructor(
    broker: BrokerName,
    keyId: string,
    /** Without an instant: now. */
    private readonly mark: (mark: CaptureMark, atMs?: number) => void,
  ) {
    super(broker, keyId);
  }

  override want(feeds: ReadonlyMap<string, boolean>, now: number): boolean {
    const wanted = JSON.stringify([...feeds]);
    // The plan is looked at every second, and seldom another one.
    if (wanted !== this.#wanted) this.mark({ kind: 'want', feeds: [...feeds] }, now);
    this.#wanted = wanted;
    return super.want(feeds, now);
  }

  override begin(publisher: Teller, beginning: Beginning, now: number): void {
    this.mark({ kind: 'begin', beginning: { ...beginning, feeds: [...beginning.feeds] } }, now);
    super.begin(publisher, beginning, now);
  }

  override leave(): void {
    this.mark({ kind: 'leave' });
    super.leave();
  }

  override registered(feed: FeedOnSocket, atMs: number, monotonic: number): void {
    this.mark({ kind: 'registered', feed: feed.name }, atMs);
    super.registered(feed, atMs, monotonic);
  }

  override released(feed: FeedOnSocket, atMs: number): void {
    this.mark({ kind: 'released', feed: feed.name }, atMs);
    super.released(feed, atMs);
  }

  override refused(feed: FeedOnSocket, atMs: number, why: { readonly code: string; readonly message: string }): void {
    this.mark({ kind: 'refused', feed: feed.name, ...why }, atMs);
    super.refused(feed, atMs, why);
  }

  override interrupted(cause: GapCause, atMs: number): void {
    this.mark({ kind: 'interrupted', cause }, atMs);
    super.interrupted(cause, atMs);
  }

  override silent(feed: FeedOnSocket, sinceMs: number, atMs: number): void {
    this.mark({ kind: 'silent', feed: feed.name, sinceMs }, atMs);
    super.silent(feed, sinceMs, atMs);
  }

  override quiet(feed: FeedOnSocket, atMs: number): void {
    this.mark({ kind: 'quiet', feed: feed.name }, atMs);
    super.quiet(feed, atMs);
  }
}

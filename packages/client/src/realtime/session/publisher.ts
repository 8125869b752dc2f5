import { isHubError } from '../../error/index.js';
import { sleep, type Clock } from '../../runtime/clock.js';
import type { GapEvent } from '../contract.js';
import type { Batch, FeedStore, Pool, StoredFeed } from '../feed-store.js';

/** Batches leave at least so far apart, ms: what comes meanwhile travels together. */
const everyMs = 10;
const retryMs = 100;
/** What a server that restarts may have forgotten: its log is written every second. */
const kept = 400;
/** More than a minute of the busiest market; whoever has so much to say has lost its store. */
const mostPending = 500_000;

export interface PublisherParts {
  readonly store: FeedStore;
  readonly pool: Pool;
  readonly keyId: string;
  readonly generation: number;
  /** Of the last batch of whoever held the session before. */
  readonly seq: number;
  readonly throughMs: number;
  readonly clock: Clock;
  /** Somebody else has begun, or the store is away for too long: nothing more is published. */
  readonly lost: (why: Error) => void;
}

/** Hands on what a session receives, in order and once: a batch is sent again until the store has it. */
export class Publisher {
  readonly #parts: PublisherParts;
  #seq: number;
  #throughMs: number;
  #events: string[] = [];
  #feeds: Record<string, StoredFeed | null> = {};
  #gaps: GapEvent[] = [];
  #backlog: Batch[] = [];
  #pumping: Promise<void> | undefined;
  #dirty = false;
  readonly #end = new AbortController();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#seq = parts.seq;
    this.#throughMs = parts.throughMs;
  }

  /** Events as JSON, in order. `throughMs`: everything that was received until then has been handed over. */
  add(events: readonly string[], throughMs: number): void {
    for (const event of events) this.#events.push(event);
    this.#throughMs = Math.max(this.#throughMs, throughMs);
    if (this.#events.length > mostPending) this.#lose(new Error('the store does not take what is received'));
    this.#start();
  }

  /** The state of a feed as newcomers find it. */
  feed(name: string, state: StoredFeed | null): void {
    this.#feeds[name] = state;
    this.#start();
  }

  /** Kept beyond the stream, for whoever fills holes. */
  gap(gap: GapEvent): void {
    this.#gaps.push(gap);
    this.#start();
  }

  /** Resolves when the store has everything, or `withinMs` have passed. */
  async drain(withinMs: number): Promise<void> {
    if (this.#pumping === undefined) return;
    await Promise.race([this.#pumping, sleep(this.#parts.clock, withinMs, this.#end.signal)]);
  }

  stop(): void {
    this.#end.abort();
  }

  #start(): void {
    this.#dirty = true;
    if (this.#end.signal.aborted) return;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #pump(): Promise<void> {
    const { clock } = this.#parts;
    while (this.#dirty && !this.#end.signal.aborted) {
      // The first event of a quiet moment waits a little as well: a frame has several.
      await sleep(clock, everyMs, this.#end.signal);
      await this.#deliver(this.#take());
    }
  }

  #take(): Batch {
    this.#dirty = false;
    this.#seq += 1;
    const { generation } = this.#parts;
    const batch = {
      generation,
      seq: this.#seq,
      throughMs: this.#throughMs,
      body: `[${this.#events.join(',')}]`,
      feeds: this.#feeds,
      gaps: this.#gaps,
    };
    this.#events = [];
    this.#feeds = {};
    this.#gaps = [];
    return batch;
  }

  async #deliver(batch: Batch): Promise<void> {
    const { store, pool, keyId, clock } = this.#parts;
    while (!this.#end.signal.aborted) {
      try {
        let outcome = await store.publish(pool, keyId, batch);
        if (outcome === 'forgotten') {
          await this.#repeat();
          outcome = await store.publish(pool, keyId, batch, true);
        }
        if (outcome === 'superseded') {
          this.#lose(new Error('another process holds the session now'));
          return;
        }
        this.#backlog.push(batch);
        if (this.#backlog.length > kept) this.#backlog = this.#backlog.slice(-kept / 2);
        return;
      } catch (error) {
        if (!isHubError(error)) throw error;
        await sleep(clock, retryMs, this.#end.signal);
      }
    }
  }

  /** A server that was killed has come back without what was not on its disk yet. */
  async #repeat(): Promise<void> {
    const { store, pool, keyId } = this.#parts;
    const [state] = await store.states(pool, [keyId]);
    for (const batch of this.#backlog) {
      if (batch.seq > (state?.seq ?? 0)) await store.publish(pool, keyId, batch, true);
    }
  }

  #lose(why: Error): void {
    this.#end.abort();
    this.#parts.lost(why);
  }
}

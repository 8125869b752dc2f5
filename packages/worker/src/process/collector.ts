import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FeedRequest, GapEvent, Hub, RealtimeEvent, StatusEvent, Subscription } from '@hub/client';
import type { FeedBatch } from '@hub/store';

import { failureOf, type Failure } from '../error.js';
import { FeedBatcher, isStored } from '../job/feed-batch.js';
import { Turns } from '../job/turns.js';
import type { FeedSink } from '../queue/feed-outlet.js';

/** What a collector tells while it runs; trades and books are only counted. */
export type CollectorEvent =
  | GapEvent
  | StatusEvent
  /** A write failed and is tried again: nothing is lost yet. */
  | { readonly kind: 'retry'; readonly batchId: string; readonly failure: Failure }
  /** The store refuses a batch for good: its events are not stored. */
  | { readonly kind: 'refused'; readonly batchId: string; readonly events: number; readonly failure: Failure };

/** What a collector has done so far. */
export interface CollectorProgress {
  /** Trades, books and gaps that were taken from the feeds. */
  readonly received: number;
  /** Of those, the ones whose commit was acknowledged. */
  readonly written: number;
  /** Of those, the ones that the store refused. */
  readonly refused: number;
  /** Rows that the store did not have. */
  readonly rows: { readonly ticks: number; readonly books: number; readonly gaps: number };
  readonly feeds: { readonly live: number; readonly all: number };
  readonly gaps: { readonly told: number; readonly open: number };
}

/** What `startCollector` takes. */
export interface CollectorOptions {
  /** Stays open after `close`. */
  readonly hub: { readonly realtime: Pick<Hub['realtime'], 'subscribe'> };
  /** Trades and books; notices are not stored. */
  readonly feeds: readonly FeedRequest[];
  /** Stays open after `close`. */
  readonly sink: FeedSink;
  /** Events of one batch at most; 2 000 unless given. */
  readonly batchEvents?: number;
  /** How long an event waits for its batch, ms; 500 unless given. */
  readonly batchMs?: number;
  /** Events that may wait for their commit before no more are taken from the feeds; 50 000 unless given. */
  readonly most?: number;
  /** Told of what happens. */
  readonly onEvent?: (event: CollectorEvent) => void;
}

/** A collector that runs. */
export interface Collector {
  readonly progress: CollectorProgress;
  /** Rejects with what ended the feeds; resolves after `close`. */
  readonly ended: Promise<void>;
  /**
   * Takes no more from the feeds and waits until all that was received is written, for 8 s at most unless told otherwise.
   * What was published by then is written later by the writer, and what was not is a gap of the next run. Safe to call twice.
   */
  close(withinMs?: number): Promise<CollectorProgress>;
}

type Settings = CollectorOptions & Required<Pick<CollectorOptions, 'batchEvents' | 'batchMs' | 'most'>>;

const defaults = { batchEvents: 2_000, batchMs: 500, most: 50_000 } as const;
const closeWithinMs = 8_000;
/** A session's lease, and what it takes to notice its end. */
const confirmedMs = 40_000;
const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** The same batch would be refused in the same way. */
const incurable = new Set(['HUB_BATCH_INVALID', 'HUB_PAYLOAD_INVALID']);

/**
 * Subscribes, and writes what the feeds tell. Of each feed the store learns since when this run receives it: the time since the run
 * before, from its last row on, becomes a gap (`not-collected`). Rejects as `hub.realtime.subscribe` does.
 */
export const startCollector = async (options: CollectorOptions): Promise<Collector> => {
  const run = new Run({ ...defaults, ...options });
  await run.start();
  return run;
};

class Run implements Collector {
  readonly #options: Settings;
  readonly #batcher = new FeedBatcher(randomBytes(6).toString('hex'));
  readonly #giveUp = new AbortController();
  readonly #writing = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #live = new Set<string>();
  readonly #openGaps = new Set<string>();
  readonly #rows = { ticks: 0, books: 0, gaps: 0 };
  #subscription: Subscription | undefined;
  #counts = { received: 0, written: 0, refused: 0, gaps: 0 };
  #timer: NodeJS.Timeout | undefined;
  #confirmTimer: NodeJS.Timeout | undefined;
  #room: (() => void) | undefined;
  #closing: Promise<CollectorProgress> | undefined;

  constructor(options: Settings) {
    this.#options = options;
    setMaxListeners(0, this.#giveUp.signal); // one per batch that waits
  }

  async start(): Promise<void> {
    const { hub, feeds } = this.#options;
    this.#subscription = await hub.realtime.subscribe(feeds, (event) => this.#take(event));
    this.#subscription.ended.catch(() => undefined); // whoever looks at `ended` is told
  }

  get ended(): Promise<void> {
    return this.#subscription?.ended ?? Promise.resolve();
  }

  get progress(): CollectorProgress {
    const { gaps: told, ...counts } = this.#counts;
    return {
      ...counts,
      rows: { ...this.#rows },
      feeds: { live: this.#live.size, all: this.#options.feeds.length },
      gaps: { told, open: this.#openGaps.size },
    };
  }

  close(withinMs = closeWithinMs): Promise<CollectorProgress> {
    return (this.#closing ??= this.#close(withinMs));
  }

  async #close(withinMs: number): Promise<CollectorProgress> {
    const giveUp = setTimeout(() => {
      this.#giveUp.abort();
      this.#room?.();
    }, withinMs);
    try {
      // A Redis that does not answer must not keep us beyond our time.
      await Promise.race([this.#drain(), aborted(this.#giveUp.signal)]);
    } finally {
      clearTimeout(giveUp);
      clearTimeout(this.#confirmTimer);
    }
    return this.progress;
  }

  async #drain(): Promise<void> {
    await this.#subscription?.close();
    // What waits in the subscription was received too: it ends when the handler has taken it all.
    await this.#subscription?.ended.catch(() => undefined);
    this.#flush();
    await Promise.all(this.#writing);
  }

  /** A promise pauses the feed: that is how a store that cannot keep up slows it down. */
  #take(event: RealtimeEvent): Promise<void> | undefined {
    if (event.kind === 'status') this.#noteState(event);
    if (event.kind === 'gap') this.#noteGap(event);
    if (!isStored(event) || !this.#batcher.add(event)) return undefined;
    this.#counts.received += 1;
    if (this.#batcher.size >= this.#options.batchEvents) this.#flush();
    else this.#flushSoon();
    return this.#waiting() < this.#options.most || this.#giveUp.signal.aborted ? undefined : this.#untilRoom();
  }

  #waiting(): number {
    const { received, written, refused } = this.#counts;
    return received - written - refused;
  }

  async #untilRoom(): Promise<void> {
    this.#flush();
    await new Promise<void>((resolve) => {
      this.#room = resolve;
    });
    this.#room = undefined;
  }

  #over(): boolean {
    return this.#giveUp.signal.aborted;
  }

  #noteState(event: StatusEvent): void {
    const feed = `${event.broker}:${event.of}:${event.venue}:${event.symbol}`;
    if (event.state === 'live') {
      this.#live.add(feed);
      this.#batcher.live(event);
      this.#confirmLater();
    } else this.#live.delete(feed);
    this.#options.onEvent?.(event);
  }

  #noteGap(event: GapEvent): void {
    if (!this.#openGaps.has(event.id)) this.#counts.gaps += 1;
    if (event.untilMs === null) this.#openGaps.add(event.id);
    else this.#openGaps.delete(event.id);
    this.#options.onEvent?.(event);
  }

  /** Feeds that tell nothing begin as well, once nobody can be dead unnoticed any more. */
  #confirmLater(): void {
    clearTimeout(this.#confirmTimer);
    this.#confirmTimer = setTimeout(() => {
      if (this.#batcher.confirm()) this.#flushSoon();
    }, confirmedMs);
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#flush();
    }, this.#options.batchMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const batch of this.#batcher.take()) {
      const writing = this.#write(batch).finally(() => this.#writing.delete(writing));
      this.#writing.add(writing);
    }
  }

  /**
   * Never rejects: a batch is written, refused, or left when the time of `close` is over. One that failed is not overtaken: where the
   * rows of this run end has to be where they stop being whole.
   */
  async #write(batch: FeedBatch): Promise<void> {
    const turn = this.#turns.next();
    const { sink, onEvent } = this.#options;
    const { signal } = this.#giveUp;
    const events = batch.ticks.length + batch.books.length + batch.gaps.length;
    for (let pauseMs = firstRetryMs; !this.#over(); pauseMs = Math.min(pauseMs * 2, longestRetryMs)) {
      try {
        await turn.ready();
        if (this.#over()) break;
        const result = await sink.write(batch, signal);
        for (const table of ['ticks', 'books', 'gaps'] as const) this.#rows[table] += result[table];
        this.#counts.written += events;
        break;
      } catch (error) {
        if (this.#over()) break;
        turn.failed();
        const failure = failureOf(error);
        if (incurable.has(failure.code)) {
          this.#counts.refused += events;
          onEvent?.({ kind: 'refused', batchId: batch.batchId, events, failure });
          break;
        }
        onEvent?.({ kind: 'retry', batchId: batch.batchId, failure });
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    turn.over();
    if (this.#waiting() < this.#options.most) this.#room?.();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

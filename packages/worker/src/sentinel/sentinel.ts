import { setTimeout as sleep } from 'node:timers/promises';

import type { BrokerName } from '@hub/client';
import { defaultPrefix, servedBrokers } from '@hub/client/service';
import { koreanDay, type Hole } from '@hub/store';
import { QueueEvents } from 'bullmq';

import { failureOf } from '../error.js';
import { askHoles } from '../queue/ask.js';
import { connect } from '../queue/connection.js';
import { FeedOutlet } from '../queue/feed-outlet.js';
import { feedResult } from '../queue/feed-payload.js';
import { queueNames } from '../queue/names.js';
import { RecoveryQueue } from '../queue/recovery-queue.js';
import { Alerts, checkWebhook } from './alerts.js';
import type { SentinelEvent } from './event.js';
import { closeHole, recoveryIdOf, type LadderEffects } from './ladder.js';
import { ranked, seriesOf } from './rank.js';

/** What `startSentinel` takes. */
export interface SentinelOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** Of the store's file: see `storeIdOf`. Its writer has to run somewhere. */
  readonly storeId: string;
  /** Holes that are in hand at once; 32 unless given. */
  readonly atOnce?: number;
  /** How often it looks without being told, ms; 15 s unless given. */
  readonly lookEveryMs?: number;
  /** Whom workers serve; asked of the main Redis unless given. */
  readonly served?: () => Promise<readonly BrokerName[]>;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
  /** Is sent alerts as JSON with `text` (Slack) and `content` (Discord): an https URL. */
  readonly alertWebhook?: string;
  /** UTC epoch ms; that of the system unless given. */
  readonly now?: () => number;
  /** Told of holes, and of trouble. */
  readonly onEvent?: (event: SentinelEvent) => void;
}

/** One that runs. */
export interface Sentinel extends AsyncDisposable {
  /** Finds and publishes no more; what workers have in hand they end by themselves. Safe to call twice. */
  close(): Promise<void>;
}

const defaults = { atOnce: 32, lookEveryMs: 15_000 } as const;
const firstAgainMs = 2_000;
const longestAgainMs = 300_000;

/** Tried and not ended: how often, and when it may be tried again (monotonic). */
interface Setback {
  readonly times: number;
  readonly notBefore: number;
}

/**
 * Sees to it that holes of a store are filled: it is told at once when the writer has committed a gap, and looks from time to time. Two
 * of them do no harm, for their tasks have the same names. What cannot be filled is told on `alertChannel` of the main Redis. Rejects
 * with HUB_CONFIG (a webhook that is none), HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const startSentinel = async (options: SentinelOptions): Promise<Sentinel> => {
  const { redisUrl, storeId, prefix = defaultPrefix, alertWebhook: webhook, now = Date.now } = options;
  if (webhook !== undefined) checkWebhook(webhook);
  const onError = (error: unknown): void => {
    const { code, message } = failureOf(error);
    tell({ kind: 'error', code, message });
  };
  const connections = await connect(redisUrl, onError);
  const alerts = new Alerts({
    ...{ storeId, redis: connections.producer, webhook, now },
    // Not as trouble of ours: an alert about an alert would follow.
    onError: (error) => options.onEvent?.({ kind: 'error', ...failureOf(error) }),
  });
  const tell = (event: SentinelEvent): void => {
    alerts.hear(event);
    options.onEvent?.(event);
  };
  const events = new QueueEvents(queueNames.feed(storeId), {
    ...{ connection: connections.waiting, prefix, lastEventId: connections.since },
  });
  events.on('error', onError);
  const outlet = new FeedOutlet(storeId, { connections, prefix, onError });
  const recoveries = new RecoveryQueue({ connections, prefix, onError });
  const end = new AbortController();
  const rounds = new Rounds({ ...options, onEvent: tell }, end.signal, onError, {
    ...{ storeId, now },
    write: (batch) => outlet.write(batch, end.signal),
    ask: (id, payload) => recoveries.ask(id, payload, end.signal),
    served: options.served ?? (() => servedBrokers(redisUrl, prefix)),
  });
  events.on('completed', ({ returnvalue }) => {
    const result = feedResult.safeParse(returnvalue);
    if (result.success && result.data.gaps > 0) rounds.wake();
  });
  const done = rounds.run();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= connections.close(async () => {
      end.abort(new Error('the Sentinel is closing'));
      await done;
      await alerts.close();
      await Promise.all([events.close(), outlet.close(), recoveries.close()]);
    }));
  return { close, [Symbol.asyncDispose]: close };
};

/** Looks, and takes in hand what it finds, round after round. */
class Rounds {
  readonly #options: SentinelOptions;
  /** As the last look has found them, but for those that have ended since. */
  #known: readonly Hole[] = [];
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #setbacks = new Map<string, Setback>();
  #woken = false;
  #wake: () => void = () => undefined;

  constructor(
    options: SentinelOptions,
    private readonly signal: AbortSignal,
    private readonly onError: (error: unknown) => void,
    private readonly effects: LadderEffects,
  ) {
    this.#options = options;
  }

  /** There is something new. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Until the signal; then waits for what is in hand. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      this.#woken = false;
      try {
        this.#known = ranked(await this.#look(), koreanDay(this.effects.now()));
        this.#take();
      } catch (error) {
        this.onError(error);
      }
      await this.#pause();
    }
    await Promise.allSettled(this.#inHand.values());
  }

  #look(): Promise<Hole[]> {
    const { redisUrl, storeId, prefix } = this.#options;
    return askHoles({ redisUrl, storeId, ...(prefix === undefined ? {} : { prefix }) });
  }

  #take(): void {
    const { atOnce = defaults.atOnce, onEvent } = this.#options;
    const now = performance.now();
    for (const hole of this.#known) {
      if (this.#inHand.size >= atOnce) return;
      const series = seriesOf(hole);
      const id = recoveryIdOf(this.effects.storeId, hole);
      const waits = (this.#setbacks.get(id)?.notBefore ?? 0) > now;
      if (waits || this.signal.aborted || this.#inHand.has(series)) continue;
      onEvent?.({ kind: 'hole-found', id, hole });
      const work = this.#close(id, hole).finally(() => {
        this.#inHand.delete(series);
        this.#known = this.#known.filter((each) => each !== hole);
        // Another one of the series, or one that had no place, is next.
        this.#take();
      });
      this.#inHand.set(series, work);
    }
  }

  async #close(id: string, hole: Hole): Promise<void> {
    const { onEvent } = this.#options;
    const began = performance.now();
    try {
      const closing = await closeHole(hole, this.effects);
      if (closing.state === 'waiting') this.#setback(id);
      else this.#setbacks.delete(id);
      onEvent?.({ kind: 'hole-ended', id, hole, closing, tookMs: performance.now() - began });
    } catch (error) {
      if (this.signal.aborted) return;
      const { code, message } = failureOf(error);
      onEvent?.({ kind: 'hole-failed', id, hole, code, message, againInMs: this.#setback(id) });
    }
  }

  #setback(id: string): number {
    const times = (this.#setbacks.get(id)?.times ?? 0) + 1;
    const againInMs = Math.min(longestAgainMs, firstAgainMs * 2 ** (times - 1));
    this.#setbacks.set(id, { times, notBefore: performance.now() + againInMs });
    return againInMs;
  }

  async #pause(): Promise<void> {
    if (this.#woken || this.signal.aborted) return;
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const setbacks = [...this.#setbacks.values()].map(({ notBefore }) => notBefore - performance.now());
    const ms = Math.max(
      50,
      Math.min(this.#options.lookEveryMs ?? defaults.lookEveryMs, ...setbacks.filter((each) => each > 0)),
    );
    const stop = (): void => {
      over.abort();
    };
    this.signal.addEventListener('abort', stop, { once: true });
    await Promise.race([woken, sleep(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
    this.signal.removeEventListener('abort', stop);
    over.abort();
  }
}

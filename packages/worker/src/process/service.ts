import { errors } from '@hub/client';
import { defaultPrefix } from '@hub/client/service';
import type { Store, Venue } from '@hub/store';

import { failureOf } from '../error.js';
import { connect, redisFailure, type Connections } from '../queue/connection.js';
import { DeadLetters } from '../queue/dead-letters.js';
import { startSentinel, type SentinelOptions } from '../sentinel/sentinel.js';
import type { ServiceEvent } from './event.js';
import { announceWriter } from './presence.js';
import {
  isTradingDayBuiltIn,
  startWorker,
  type Concurrency,
  type Part,
  type PartOptions,
  type WorkerHub,
} from './worker.js';
import { startWriter } from './writer.js';

/** What `startService` takes: a hub, a store, or both. */
export interface ServiceOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  /** Makes the calls: with it the service takes live calls and windows. Stays open after `close`. */
  readonly hub?: WorkerHub;
  /**
   * Whether it may hold the sockets of live feeds that others want, programs without keys among them; true unless given. It
   * opens none before somebody does.
   */
  readonly feeds?: boolean;
  /**
   * Whether the raw answers behind candles go to the writer with their rows; they do not unless given. The store keeps them that is opened
   * with `rawKeepDays`.
   */
  readonly keepRaw?: boolean;
  /** Instant of the hub's first permit in this process, UTC epoch ms; reported with the windows. */
  readonly firstPermitAt?: () => number | undefined;
  /**
   * Whether a venue trades on a Korean day, `YYYY-MM-DD`: an empty answer for another day proves nothing. By the calendar of
   * `@hub/store` unless given; give it when the writer's calendar has days of its own.
   */
  readonly isTradingDay?: (venue: Venue, day: string) => boolean;
  /** With a store: whether holes in it are found and filled, and where alerts go; it does not unless given. */
  readonly sentinel?: boolean | Pick<SentinelOptions, 'alertWebhook' | 'now' | 'lookEveryMs'>;
  /**
   * With it the service is the writer of this store. Stays open after `close`. `exportDir`: below this folder it writes snapshots and
   * exports for whoever asks by Redis; without it for nobody.
   */
  readonly store?: { readonly store: Store; readonly id: string; readonly exportDir?: string };
  /** Windows that are fetched at once, per broker; 16 by default. */
  readonly concurrency?: Concurrency;
  /** A process that died is noticed after at most one and a half times this, ms; 10 s by default. */
  readonly lockMs?: number;
  /** Pause before the second attempt of a job, ms, doubling from there; 1 s by default. */
  readonly retryDelayMs?: number;
  /** Before every key of the queues in Redis; `api:queue` by default, and the same for all who take part. */
  readonly prefix?: string;
  /** Told of windows, commits and trouble. */
  readonly onEvent?: (event: ServiceEvent) => void;
}

/** A service that runs: a RestApiWorker, a writer, or both. */
export interface Service {
  /**
   * Takes nothing new, lets what is in flight end within some seconds and puts the rest back to the queue, where it
   * waits for the next service. Takes at most 10 s. Safe to call twice.
   */
  close(): Promise<void>;
  /** Resolves when the service has closed. */
  readonly closed: Promise<void>;
}

const defaults = {
  lockMs: 10_000,
  retryDelayMs: 1_000,
} as const satisfies Partial<ServiceOptions>;

const nothing = (): Promise<void> => Promise.resolve();
const closeWithinMs = 10_000;

/** Its calls would come back to itself. */
const checkHub = (hub: WorkerHub | undefined): void => {
  if (hub?.mode !== 'service') return;
  throw new errors.ConfigInvalid(
    ['hub is in service mode, so it makes no calls'],
    "Give the service a hub with keys: createHub({ mode: 'direct', … }).",
  );
};

/**
 * Takes jobs until closed. Rejects with HUB_REDIS_UNREACHABLE, with HUB_REDIS_REFUSED, with HUB_WRITER_TAKEN when the
 * store has a writer already, or with HUB_CONFIG when the hub has no keys.
 */
export const startService = async (options: ServiceOptions): Promise<Service> => {
  const { redisUrl, hub, store, prefix = defaultPrefix, onEvent = () => undefined } = options;
  checkHub(hub);
  const onError = (error: unknown): void => {
    const { code, message } = failureOf(error);
    onEvent({ kind: 'error', code, message });
  };
  const connections = await connect(redisUrl, onError);
  const deadLetters = new DeadLetters({
    redis: connections.waiting,
    prefix,
    onLetter: ({ queue, id, code }) => onEvent({ kind: 'dead-letter', queue, id, code }),
    onError,
  });
  const parts: Part[] = [];
  const shut = closing(parts, deadLetters, connections, onError);
  const common: PartOptions = { ...defaults, ...defined(options), connections, prefix, deadLetters, onEvent, onError };
  try {
    if (store !== undefined) {
      const leave = await announceWriter(connections.producer, store.id, onError);
      parts.push({ ready: nothing, stop: nothing, close: leave });
      parts.push(startWriter({ ...common, ...store }));
    }
    if (hub !== undefined) {
      const { concurrency = {}, feeds = true, keepRaw = false, firstPermitAt = () => undefined } = options;
      const { isTradingDay = isTradingDayBuiltIn } = options;
      parts.push(startWorker({ ...common, redisUrl, hub, concurrency, feeds, keepRaw, firstPermitAt, isTradingDay }));
    }
    await Promise.all(parts.map((part) => part.ready()));
    const { sentinel = false } = options;
    if (store !== undefined && sentinel !== false) {
      const own = await startSentinel({
        redisUrl,
        prefix,
        storeId: store.id,
        onEvent,
        ...(sentinel === true ? {} : sentinel),
      });
      parts.push({ ready: nothing, stop: () => own.close(), close: () => own.close() });
    }
  } catch (error) {
    await shut();
    throw redisFailure(redisUrl, error);
  }
  let announceClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    announceClosed = resolve;
  });
  let closingOnce: Promise<void> | undefined;
  return { close: () => (closingOnce ??= shut().finally(announceClosed)), closed };
};

const defined = ({ lockMs, retryDelayMs }: ServiceOptions): Partial<PartOptions> => ({
  ...(lockMs === undefined ? {} : { lockMs }),
  ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
});

/** The worker first, then the writer that it waits for, then the heartbeat: the reverse of how they were started. */
const closing =
  (parts: readonly Part[], deadLetters: DeadLetters, connections: Connections, onError: (error: unknown) => void) =>
  async (): Promise<void> => {
    const inOrder = async (): Promise<void> => {
      await Promise.allSettled(parts.map((part) => part.stop()));
      for (const part of parts.toReversed()) await part.close();
      await deadLetters.close();
    };
    // What has not ended by then is taken up by others when its lock ends.
    await connections.close(() => inOrder().catch(onError), closeWithinMs);
  };

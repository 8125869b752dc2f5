import { setMaxListeners } from 'node:events';

import type { BrokerName, Hub, Serving } from '@hub/client';
import { livePayload, openCallDesk, readReturnAddress, type LivePayload } from '@hub/client/service';
import { isKnownDay, session, type Venue } from '@hub/store';

import { failed, LiveCalls, type Caller } from '../job/live.js';
import { recover, type TickFetcher } from '../job/recover.js';
import { fetchWindow, type Fetcher, type WindowEffects } from '../job/window.js';
import type { Connections } from '../queue/connection.js';
import { Consumer } from '../queue/consumer.js';
import type { DeadLetters } from '../queue/dead-letters.js';
import { FeedOutlets } from '../queue/feed-outlet.js';
import { IngestOutlets } from '../queue/ingest-outlet.js';
import { queueNames, windowOfJob } from '../queue/names.js';
import { PageStore } from '../queue/page-store.js';
import { windowPayload, type WindowPayload } from '../queue/payload.js';
import { tickPayload, type TickPayload } from '../queue/schedule-payload.js';
import { recoveryPayload, type RecoveryPayload } from '../queue/recovery-payload.js';
import type { ServiceEvent } from './event.js';
import { PlanDesk } from './plan-desk.js';

/** One half of a service: the worker or the writer. */
export interface Part {
  ready(): Promise<unknown>;
  /** Takes nothing new. */
  stop(): Promise<unknown>;
  close(): Promise<void>;
}

/** What both halves need. */
export interface PartOptions {
  readonly connections: Connections;
  readonly prefix: string;
  readonly lockMs: number;
  readonly retryDelayMs: number;
  readonly deadLetters: DeadLetters;
  readonly onEvent: (event: ServiceEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** What a service uses of a hub: one of `createHub` that makes its calls itself. */
export type WorkerHub = Caller &
  Fetcher &
  TickFetcher &
  Pick<Hub, 'brokers'> &
  Partial<Pick<Hub, 'mode'>> & { readonly realtime?: Pick<Hub['realtime'], 'serve'> };

/** Windows that are fetched at once: the same for every broker, or one by one; 16 where nothing is said. */
export type Concurrency = number | Partial<Readonly<Record<BrokerName, number>>>;

export interface WorkerOptions extends PartOptions {
  /** The main Redis. */
  readonly redisUrl: string;
  readonly hub: WorkerHub;
  readonly concurrency: Concurrency;
  /** Whether it holds the sockets of live feeds that others want. */
  readonly feeds: boolean;
  /** Whether answers go to the writer with their rows. */
  readonly keepRaw: boolean;
  readonly firstPermitAt: () => number | undefined;
  readonly isTradingDay: (venue: Venue, day: string) => boolean;
}

/** A day that this calendar does not know is planned only where the writer's has it as a trading day. */
export const isTradingDayBuiltIn = (venue: Venue, day: string): boolean =>
  !isKnownDay(day) || session(venue, day) !== null;

const liveConcurrency = 256; // of each broker: the ledger decides who goes first, so let it see all that wait
/** A call takes at most as long as brokers answer in; a window of four calls mostly ends within this. */
const lastPagesMs = 3_000;
/** A writer that is there commits within a fraction of this; the windows that are fetched last need it too. */
const lastCommitsMs = 4_000;

const defaultConcurrency = 16; // at 18 calls a second and 300 ms a call some six are in flight, the rest hides pauses

const concurrencyOf = (concurrency: Concurrency, broker: BrokerName): number =>
  typeof concurrency === 'number' ? concurrency : (concurrency[broker] ?? defaultConcurrency);

/** A window of one day was planned for that day, so the writer's calendar has it as a trading day. */
const tradesOn =
  ({ venue, from, to }: WindowPayload['window'], isTradingDay: WorkerOptions['isTradingDay']) =>
  (day: string): boolean =>
    from === to || isTradingDay(venue, day);

/** The RestApiWorker: makes calls and fetches windows. */
export const startWorker = (options: WorkerOptions): Part => {
  const { redisUrl, connections, prefix, lockMs, retryDelayMs, deadLetters, onError, onEvent, hub } = options;
  // A Redis that is away for a while must not cost a window an attempt.
  const patient = { ...connections, producer: connections.waiting };
  const outlets = new IngestOutlets({ connections: patient, prefix, onError });
  const feedOutlets = new FeedOutlets({ connections: patient, prefix, onError });
  const planDesk = new PlanDesk({ redisUrl, connections: patient, prefix, onError });
  const pages = new PageStore({ redis: connections.waiting, prefix });
  const stopFetching = new AbortController();
  const stopWaiting = new AbortController();
  setMaxListeners(0, stopFetching.signal, stopWaiting.signal); // one per window in flight
  const common = { redis: connections.waiting, prefix, lockMs, retryDelayMs, deadLetters, onError };
  const recoveries = (broker: BrokerName): Consumer<RecoveryPayload> =>
    new Consumer({
      ...common,
      queue: queueNames.recovery(broker),
      schema: recoveryPayload,
      concurrency: concurrencyOf(options.concurrency, broker),
      // Whoever has found the hole is told, and finds it again.
      answered: true,
      handle: (task) =>
        recover(task, {
          hub,
          outlets: feedOutlets,
          stopFetching: stopFetching.signal,
          stopWaiting: stopWaiting.signal,
        }),
    });
  const windows = (broker: BrokerName): Consumer<WindowPayload> =>
    new Consumer({
      ...common,
      queue: queueNames.bulk(broker),
      schema: windowPayload,
      concurrency: concurrencyOf(options.concurrency, broker),
      onFailed: (id, failure) => {
        const window = windowOfJob(id);
        void planDesk.failed(window.storeId, window.id, failure);
        onEvent({ kind: 'window-failed', broker, ...window, ...failure });
      },
      handle: async (task) => {
        const { storeId, window } = task.payload;
        const effects: WindowEffects = {
          hub,
          outlets,
          pages,
          priority: 'backfill',
          caller: await planDesk.callerOf(storeId, task.label),
          firstPermitAt: options.firstPermitAt,
          isTradingDay: tradesOn(task.payload.window, options.isTradingDay),
          now: Date.now,
          keepRaw: options.keepRaw,
          stopFetching: stopFetching.signal,
          stopWaiting: stopWaiting.signal,
        };
        const result = await fetchWindow(task, effects);
        // Before the job is over: if we die in between, whoever takes it up finds the commit and tells of it again.
        await planDesk.done(storeId, window.id, result);
        const { rows, inserted, updated, calls } = result;
        onEvent({ kind: 'window-done', id: window.id, rows, inserted, updated, calls });
        return result;
      },
    });
  const desk = openCallDesk({ url: redisUrl, prefix, onError });
  const liveCalls = new LiveCalls({
    hub,
    desk,
    onRefused: (broker, { caller, endpoint, message }) =>
      onEvent({ kind: 'caller-refused', caller, broker, endpoint, message }),
  });
  const live = (broker: BrokerName): Consumer<LivePayload> =>
    new Consumer({
      ...common,
      queue: queueNames.live(broker),
      schema: livePayload,
      concurrency: liveConcurrency,
      answered: true,
      handle: (task) => liveCalls.make(task),
      onUnreadable: async (data, error) => {
        const caller = readReturnAddress(data);
        if (caller !== undefined) await desk.deliver(caller, failed(error));
      },
    });
  const schedules = new Consumer<TickPayload>({
    ...common,
    queue: queueNames.schedule,
    schema: tickPayload,
    concurrency: 1,
    // Looked at again within half a minute.
    answered: true,
    handle: ({ payload }) => planDesk.tick(payload),
  });
  const consumers: Part[] = [
    ...hub.brokers.flatMap((broker): Part[] => [windows(broker), recoveries(broker), live(broker)]),
    schedules,
  ];
  let serving: Serving | undefined;
  const ready = async (): Promise<void> => {
    await Promise.all(hub.brokers.map((broker) => desk.onCancel(broker, (callId) => liveCalls.cancel(callId))));
    await Promise.all(consumers.map((consumer) => consumer.ready()));
    await Promise.all(hub.brokers.map((broker) => desk.attend(broker)));
    if (options.feeds) serving = hub.realtime?.serve({ group: prefix, onError });
  };
  return {
    ready,
    stop: async () => {
      // A Redis that is away cannot be told, and must not keep us from stopping.
      await Promise.allSettled([desk.leave(), serving?.close(), ...consumers.map((consumer) => consumer.stop())]);
    },
    close: async () => {
      // Commits go on without us, and a window that is published is taken up where it is; but most are about to end.
      const timers = [
        setTimeout(() => stopWaiting.abort(), lastCommitsMs),
        setTimeout(() => {
          stopFetching.abort();
          liveCalls.stop();
        }, lastPagesMs),
      ];
      await Promise.all(consumers.map((consumer) => consumer.close()));
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([outlets.close(), feedOutlets.close(), planDesk.close()]);
      await desk.close();
    },
  };
};

import type { BrokerName } from '@hub/client';
import { openFeedWatch } from '@hub/client/feed-watch';
import { defaultPrefix, servedBrokers } from '@hub/client/service';
import { coverageStates, type CoverageState, type Hole } from '@hub/store';
import { QueueEvents } from 'bullmq';

import { failureOf } from '../error.js';
import { askCalendar, askCollected, askGaps, askHoles, askVerification } from '../queue/ask.js';
import { connect } from '../queue/connection.js';
import { FeedOutlet } from '../queue/feed-outlet.js';
import { feedResult } from '../queue/feed-payload.js';
import { queueNames } from '../queue/names.js';
import { RecoveryQueue } from '../queue/recovery-queue.js';
import { Alerts, checkWebhook } from './alerts.js';
import type { SentinelEvent } from './event.js';
import { dayMarks, fetchBars, watchClosings } from './closing-round.js';
import { askDayVolume } from './day-volume.js';
import { usualPatience, type MutePatience } from './mute-feed.js';
import { watchMuteFeeds } from './mute-rounds.js';
import { Rounds, type RoundsOptions } from './rounds.js';

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
  /** How long a live feed may be mute, and its help may take; see docs/guide/recovery.md. */
  readonly mutePatience?: Partial<MutePatience>;
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

/** Often enough for steps of half a minute. */
const muteLookEveryMs = 5_000;

/**
 * Sees to it that holes of a store are filled: it is told at once when the writer has committed a gap, and looks from time to time. Two
 * of them do no harm, for their tasks have the same names. Live feeds that stay mute it has helped, step by step. What cannot be mended is told on `alertChannel` of the main Redis. Rejects
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
  const own = { redisUrl, storeId, prefix };
  const served = options.served ?? (() => servedBrokers(redisUrl, prefix));
  const rounds = new Rounds(
    {
      ...{ atOnce: 32, lookEveryMs: 15_000 },
      ...given(options),
      ...{ look: () => askHoles(own), tell, signal: end.signal, onError },
    },
    {
      ...{ storeId, now, served },
      write: (batch) => outlet.write(batch, end.signal),
      ask: (id, payload) => recoveries.ask(id, payload, end.signal),
      calendar: (query) => askCalendar(own, query),
      barStates: (hole) => barStates(own, hole),
      fetchBars: (broker, { symbol, venue, day }) =>
        fetchBars({ ...own, broker, symbols: [symbol], venue, day, signal: end.signal }),
    },
  );
  const closings = watchClosings({
    ...{ now, served, tell, signal: end.signal, onError },
    marks: dayMarks(connections.producer, storeId),
    collected: (query) => askCollected(own, query),
    verify: async (query) => {
      const found = await askVerification(own, query);
      // Nobody has told of these gaps but the writer's answer.
      if (found.gaps > 0) rounds.wake();
      return found;
    },
    fetchBars: async (broker, symbols, { venue, day }) =>
      (await fetchBars({ ...own, broker, symbols, venue, day, signal: end.signal })).failed.length,
  });
  const watch = openFeedWatch(redisUrl, prefix);
  const volumes = askDayVolume(redisUrl, prefix);
  const mute = watchMuteFeeds({
    ...{ watch, served, now, tell, signal: end.signal, onError },
    dayVolume: (feed) => volumes.ask(feed, end.signal),
    patience: { ...usualPatience, ...options.mutePatience },
    lookEveryMs: options.lookEveryMs ?? muteLookEveryMs,
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
      await Promise.all([done, closings, mute]);
      await alerts.close();
      await Promise.all([events.close(), outlet.close(), recoveries.close(), watch.close(), volumes.close()]);
    }));
  return { close, [Symbol.asyncDispose]: close };
};

/** By all sources together. */
const barStates = async (own: Parameters<typeof askHoles>[0], hole: Hole): Promise<CoverageState[]> => {
  const { symbol, venue, day, fromMs, toMs } = hole;
  const query = { symbols: [symbol], venue, kind: 'candle', interval: '1m', fromDay: day, toDay: day } as const;
  const { stretches } = await askGaps(own, { ...query, states: coverageStates });
  return stretches
    .filter((each) => each.fromMs < Math.max(toMs, fromMs + 1) && each.toMs > fromMs)
    .map(({ state }) => state);
};

const given = ({ atOnce, lookEveryMs }: SentinelOptions): Partial<Pick<RoundsOptions, 'atOnce' | 'lookEveryMs'>> => ({
  ...(atOnce === undefined ? {} : { atOnce }),
  ...(lookEveryMs === undefined ? {} : { lookEveryMs }),
});

import type { RealtimeFeedStatus, RealtimeKeyStatus, RealtimeStatus, TakeoverReport } from '@hub/client';

import { count, counted, duration, koreanTime } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';

/** Everything that `hub realtime status` shows, for people, at `now` (UTC epoch ms). */
export const statusLines = (pools: readonly RealtimeStatus[], now: number): string[] => {
  const parts = pools.flatMap(({ pool, keys, refused }) => [
    ...keys.map((key) => keyLines(pool, key, now)),
    ...(refused.length === 0 ? [] : [refusedLines(pool, refused)]),
  ]);
  if (parts.length === 0) return ['no live feed: nothing is subscribed to, and no process with a key takes part'];
  return parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
};

const keyLines = (pool: string, key: RealtimeKeyStatus, now: number): string[] => [
  `${pool}, key ${key.keyId}`,
  `  ${holderWords(key, now)}`,
  `  registrations: ${count(key.registrations.used)} of ${count(key.registrations.limit)}`,
  `  processes with the key: ${key.processes.map(processWords).join(', ') || 'none'}`,
  ...handedOverLines(key, now),
  ...feedTable(key.feeds, now).map((line) => `  ${line}`),
];

const holderWords = (key: RealtimeKeyStatus, now: number): string => {
  const { state, holder, holderSilentMs, sinceMs, heardMs, generation } = key;
  if (holder === null || sinceMs === null) return 'never held';
  const heard = heardMs === null ? 'nothing came yet' : `the broker was heard ${duration(now - heardMs)} ago`;
  const which = `since ${koreanTime(sinceMs)}, generation ${count(generation)}, ${heard}`;
  if (state === 'free') return `free; last held by ${holder} ${which}`;
  if (state === 'held') return `held by ${holder} ${which}`;
  const silent = holderSilentMs === null ? 'for a minute and more' : `for ${duration(holderSilentMs)}`;
  return `held by ${holder}, which has said nothing ${silent}; ${which}`;
};

/** Younger silence is the rhythm in which they speak. */
const noticeableMs = 2_500;

const processWords = ({ process, silentMs }: RealtimeKeyStatus['processes'][number]): string =>
  silentMs < noticeableMs ? process : `${process} (silent for ${duration(silentMs)})`;

const handedOverLines = ({ handedOver }: RealtimeKeyStatus, now: number): string[] =>
  handedOver === null
    ? []
    : [`  handed over by ${handedOver.from} ${duration(now - handedOver.atMs)} ago: ${handedOver.reason}`];

const feedTable = (feeds: readonly RealtimeFeedStatus[], now: number): string[] =>
  feeds.length === 0
    ? ['no feed']
    : table(
        [
          { title: 'feed' },
          { title: 'state' },
          { title: 'for', align: 'right' },
          { title: 'wanted by', align: 'right' },
        ],
        feeds.map((feed) => [
          feedName(feed),
          feed.cause === null ? feed.state : `${feed.state} (${feed.cause})`,
          feed.sinceMs === null ? '–' : duration(now - feed.sinceMs),
          count(feed.subscribers),
        ]),
      );

const feedName = ({ of, venue, symbol }: Pick<RealtimeFeedStatus, 'of' | 'venue' | 'symbol'>): string =>
  `${of} ${venue} ${symbol}`.trimEnd();

const refusedLines = (pool: string, refused: readonly RealtimeFeedStatus[]): string[] => [
  `${pool}: every key is full, so these have no slot`,
  ...refused.map((feed) => `  ${feedName(feed)}, wanted by ${count(feed.subscribers)}`),
];

/** What became of a hand-over, for people. */
export const takeoverLines = (report: TakeoverReport): string[] => {
  const { broker, keyId, from, to, reason, tookMs, feeds, gaps, longestGapMs } = report;
  const missing = feeds.before - feeds.live;
  return [
    `${broker}, key ${keyId}: ${from} has let the session go and ${to} holds it now, after ${duration(tookMs)} (${reason})`,
    feeds.before === 0
      ? 'no feed was live before'
      : `${count(feeds.live)} of ${counted(feeds.before, 'feed')} live again; ${gaps.length === 0 ? 'no gap was told' : `${counted(gaps.length, 'gap')}, the longest ${duration(longestGapMs)}`}`,
    ...(missing > 0 ? [`${counted(missing, 'feed')} not live again yet: \`hub realtime status\``] : []),
  ];
};

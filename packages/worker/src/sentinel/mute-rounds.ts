import { setTimeout as sleep } from 'node:timers/promises';

import type { BrokerName } from '@hub/client';
import { inContinuousTrading, type FeedWatch, type NextLadder, type WatchedFeed } from '@hub/client/feed-watch';

import type { MuteFeed, SentinelEvent } from './event.js';
import { judgeMute, judgeVolume, type MutePatience, type MuteVerdict } from './mute-feed.js';

/** What the look at mute feeds needs. */
export interface MuteEffects {
  readonly watch: Pick<FeedWatch, 'look' | 'climb'>;
  /** The cumulative volume of a share as a broker tells it now; undefined: it cannot be asked. */
  readonly dayVolume: (feed: Pick<WatchedFeed, 'symbol' | 'venue'>) => Promise<number | undefined>;
  readonly served: () => Promise<readonly BrokerName[]>;
  readonly patience: MutePatience;
  /** UTC epoch ms. */
  readonly now: () => number;
  readonly lookEveryMs: number;
  readonly tell: (event: SentinelEvent) => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Looks at live feeds again and again, and has done what helps those that stay mute. Resolves at the signal, never rejects. */
export const watchMuteFeeds = async (effects: MuteEffects): Promise<void> => {
  const { signal, onError, lookEveryMs } = effects;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await lookOnce(effects);
    } catch (error) {
      if (!isOver()) onError(error);
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
};

/** One look at all feeds. Rejects like the watch. */
export const lookOnce = async (effects: MuteEffects): Promise<void> => {
  const { watch, patience, now, signal } = effects;
  // Outside of it everything may be silent.
  if (!inContinuousTrading(now())) return;
  const { feeds, left } = await watch.look();
  for (const each of left) await watch.climb(each, null);
  for (const feed of feeds) {
    if (signal.aborted) return;
    await follow(feed, judgeMute(feed, now(), patience), effects);
  }
};

const follow = async (feed: WatchedFeed, verdict: MuteVerdict, effects: MuteEffects): Promise<void> => {
  const { watch, tell } = effects;
  if (verdict.do === 'nothing') return;
  if (verdict.do === 'ask') {
    await ask(feed, verdict.next, effects);
    return;
  }
  if (verdict.do === 'end') {
    const { ladder } = feed;
    if ((await watch.climb(feed, null)) !== 'taken' || ladder === undefined || ladder.step === 'suspected') return;
    const { mutedMs, step, tried } = ladder;
    tell({ kind: 'feed-unmuted', ...shown(feed), mutedMs, step, tried });
    return;
  }
  const { next, evidence } = verdict;
  const outcome = await watch.climb(feed, next);
  if (outcome === 'superseded') return;
  const { mutedMs, step, tried } = next;
  tell({ kind: 'feed-escalated', ...shown(feed), mutedMs, step, tried, evidence, joined: outcome === 'joined' });
};

/** Whoever writes down first that it asks is the only one to do so. */
const ask = async (feed: WatchedFeed, asked: NextLadder, effects: MuteEffects): Promise<void> => {
  const { watch, served, dayVolume, now } = effects;
  if (!(await served()).includes('kis')) return;
  if ((await watch.climb(feed, asked)) !== 'taken') return;
  const volume = await dayVolume(feed);
  if (volume === undefined) return;
  const { feeds } = await watch.look();
  const again = feeds.find(({ pool, name }) => pool === feed.pool && name === feed.name);
  // A trade may have come while the broker was asked.
  if (again?.stored?.state !== 'live' || again.ladder?.askedMs !== asked.askedMs) return;
  if ((again.stored.tradeMs ?? null) !== asked.heardMs && again.stored.tradeMs !== undefined) return;
  const verdict = judgeVolume(again, asked, volume, now());
  if (verdict.do === 'ask') await watch.climb(again, verdict.next);
  else await follow(again, verdict, effects);
};

const shown = ({ pool, broker, symbol, venue, keyId }: WatchedFeed): MuteFeed => ({
  ...{ pool, broker, symbol, venue, keyId },
});

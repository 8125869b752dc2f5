import type { FeedLadder, LadderStep, NextLadder, WatchedFeed } from '@hub/client/feed-watch';

/** How long is waited, ms; reasons in docs/guide/recovery.md. */
export interface MutePatience {
  /** A feed that has told no trade for so long is looked at. */
  readonly muteMs: number;
  /** A trade elsewhere counts when it is so much younger than the last one that was heard: clocks differ. */
  readonly marginMs: number;
  /** So long a step has for its effect. */
  readonly effectMs: number;
  /** A broker that told of no trade is asked again after this. */
  readonly askAgainMs: number;
}

export const usualPatience: MutePatience = {
  muteMs: 60_000,
  marginMs: 5_000,
  effectMs: 30_000,
  askAgainMs: 5 * 60_000,
};

/** What is to be done for a feed now. */
export type MuteVerdict =
  | { readonly do: 'nothing' }
  /** It trades again, or nobody wants it any more. */
  | { readonly do: 'end'; readonly recovered: boolean }
  /** A broker may know whether it was traded: `next` says that it is being asked. */
  | { readonly do: 'ask'; readonly next: NextLadder }
  | { readonly do: 'climb'; readonly next: NextLadder & { readonly step: LadderStep }; readonly evidence: string };

const nothing: MuteVerdict = { do: 'nothing' };

/** What is to be done at `now` for a feed that may be mute. Without evidence that a trade is missing it is left alone. */
export const judgeMute = (feed: WatchedFeed, now: number, patience: MutePatience): MuteVerdict => {
  const { stored, ladder, elsewhere } = feed;
  // The socket is away, and others see to that.
  if (stored?.state !== 'live') return nothing;
  if (ladder === undefined) {
    if (stored.quietSinceMs === undefined || now - stored.quietSinceMs < patience.muteMs) return nothing;
  } else {
    if (stored.tradeMs !== undefined && stored.tradeMs !== ladder.heardMs) return { do: 'end', recovered: true };
    if (ladder.step === 'alert' || now - ladder.atMs < waitOf(ladder, patience)) return nothing;
  }
  const sinceMs = evidenceSince(ladder, stored.quietSinceMs ?? now);
  if (elsewhere !== undefined && elsewhere.tradeMs > sinceMs + patience.marginMs) {
    return climb(feed, now, `${elsewhere.by} has told trades meanwhile`);
  }
  const isDue = now - (ladder?.askedMs ?? -Infinity) >= patience.askAgainMs;
  return isDue ? { do: 'ask', next: { ...openLadder(feed, now), askedMs: now } } : nothing;
};

/** What a broker's cumulative volume means for a feed that it was asked for; `asked`: as it was written down then. */
export const judgeVolume = (feed: WatchedFeed, asked: NextLadder, dayVolume: number, now: number): MuteVerdict => {
  const heard = feed.stored?.state === 'live' ? feed.stored.dayVolume : undefined;
  const known = asked.dayVolume ?? heard;
  const next = { ...asked, dayVolume };
  // Nothing to compare with yet: the next answer tells.
  if (known === undefined || dayVolume <= known) return { do: 'ask', next };
  const missing = String(dayVolume - known);
  return climb(feed, now, `the cumulative volume has grown by ${missing} shares meanwhile`, next);
};

const waitOf = ({ step }: FeedLadder, { effectMs }: MutePatience): number => (step === 'suspected' ? 0 : effectMs);

/** Only what was traded after the last step proves that the step did not help. */
const evidenceSince = (ladder: FeedLadder | undefined, quietSinceMs: number): number => {
  if (ladder === undefined) return quietSinceMs;
  return ladder.step === 'suspected' ? ladder.mutedMs : ladder.atMs;
};

const openLadder = ({ stored, ladder, keyId }: WatchedFeed, now: number): NextLadder => {
  if (ladder !== undefined) return ladder;
  const live = stored?.state === 'live' ? stored : undefined;
  const mutedMs = live?.quietSinceMs ?? now;
  return { ...({ step: 'suspected', atMs: now, keyId, mutedMs, tried: [] } as const), heardMs: live?.tradeMs ?? null };
};

const climb = (
  feed: WatchedFeed,
  now: number,
  evidence: string,
  before: NextLadder = openLadder(feed, now),
): MuteVerdict => {
  const { keyId, heardMs, mutedMs, dayVolume } = before;
  const tried = [...before.tried, ...(before.step === 'suspected' ? [] : [before.step])];
  const next = (step: LadderStep): MuteVerdict => ({
    do: 'climb',
    evidence,
    next: {
      ...{ step, atMs: now, keyId: feed.keyId, heardMs, mutedMs, tried },
      ...(dayVolume === undefined ? {} : { dayVolume }),
    },
  });
  switch (before.step) {
    case 'suspected': {
      // Its holder has done so by itself, in vain.
      const wasRegistered = feed.stored?.state === 'live' && feed.stored.sinceMs > mutedMs;
      if (!wasRegistered) return next('resubscribe');
      tried.push('resubscribe by its holder');
      return next('reconnect');
    }
    case 'resubscribe':
      return next('reconnect');
    case 'reconnect':
      if (feed.hasOtherKey) return next('switch-key');
      tried.push('no other key has a free slot');
      return next('alert');
    case 'switch-key':
      if (keyId === feed.keyId) tried.push('it could not go to another key');
      return next('alert');
    case 'alert':
      return nothing;
  }
};

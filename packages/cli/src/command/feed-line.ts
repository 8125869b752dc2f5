import type { SentinelEvent } from '@hub/worker';

type FeedEvent = Extract<SentinelEvent, { kind: 'feed-escalated' | 'feed-unmuted' }>;

const kstOffsetMs = 9 * 3_600_000;

/** What a Sentinel does about a live feed that stays mute, as a line. */
export const feedLine = (event: FeedEvent): string => {
  const { symbol, venue, broker, keyId, step, mutedMs } = event;
  const feed = `${symbol} ${venue} live at ${broker} ${keyId}`;
  if (event.kind === 'feed-unmuted') return `${feed}: trades again, after ${step}`;
  const since = new Date(mutedMs + kstOffsetMs).toISOString().slice(11, 19);
  const tried = event.tried.length === 0 ? '' : `; in vain: ${event.tried.join(', ')}`;
  const how = event.joined ? `${step}, done a short time ago` : step;
  return `${feed}: mute since ${since} though ${event.evidence}: ${how}${tried}`;
};

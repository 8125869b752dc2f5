import { feedWatch, type FeedWatch } from '../realtime/feed-watch.js';
import { redisFeedStore } from '../realtime/redis/feed-store.js';
import { redisPort } from '../runtime/redis.js';

export { inContinuousTrading } from '../broker/session.js';
export type { FeedLadder, LadderStep, NextLadder, StoredFeed } from '../realtime/feed-store.js';
export type { FeedWatch, LeftLadder, WatchedFeed } from '../realtime/feed-watch.js';

const timing = { connectTimeoutMs: 4_500, commandTimeoutMs: 4_500 };

/** The live feeds of those who hold sockets for a group (the prefix of its queues), as a Sentinel sees them. Connects with the first look. */
export const openFeedWatch = (url: string, group: string): FeedWatch =>
  feedWatch(redisFeedStore(redisPort({ role: 'main', url, ...timing })), group);

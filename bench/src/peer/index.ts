import { openBottleneck } from './bottleneck.js';
import { openBullmq } from './bullmq.js';
import type { OpenPeer } from './contract.js';
import { openPollingBucket } from './polling-bucket.js';
import { openRateLimiterFlexible } from './rate-limiter-flexible.js';

export const peers = {
  bottleneck: openBottleneck,
  'rate-limiter-flexible': openRateLimiterFlexible,
  bullmq: openBullmq,
  'polling-bucket': openPollingBucket,
} as const satisfies Record<string, OpenPeer>;

export type PeerName = keyof typeof peers;

export const peerNames = Object.keys(peers) as readonly PeerName[];

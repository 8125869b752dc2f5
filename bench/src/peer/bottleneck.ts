import Bottleneck from 'bottleneck';
import { Redis } from 'ioredis';

import type { OpenPeer } from './contract.js';

/** Capacity that comes back is announced at a heartbeat: with its usual 5 s a limiter of which all wait stands still. */
const heartbeatInterval = 250;

/** Clustering with a reservoir that is filled up once a second. */
export const openBottleneck: OpenPeer = async ({ redisUrl, perSecond }) => {
  const client = new Redis(redisUrl);
  // Typed for the ioredis of its days; it asks for duplicate(), on() and defineCommand().
  const connection = new Bottleneck.IORedisConnection({ client });
  const limiter = new Bottleneck({
    id: 'bench',
    datastore: 'ioredis',
    connection,
    clearDatastore: false,
    reservoir: perSecond,
    reservoirRefreshAmount: perSecond,
    reservoirRefreshInterval: 1_000,
    ...{ heartbeatInterval },
  });
  // Calls that are given up when the bench ends.
  limiter.on('error', () => undefined);
  await limiter.ready();
  return {
    run: (work) => limiter.schedule(work),
    close: async () => {
      await limiter.disconnect(false);
      await connection.disconnect(false);
      client.disconnect();
    },
  };
};

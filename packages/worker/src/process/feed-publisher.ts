import { defaultPrefix } from '@hub/client/service';

import { connect, redisFailure } from '../queue/connection.js';
import { FeedOutlet, type FeedSink } from '../queue/feed-outlet.js';

/** A sink that reaches the one writer of a store, on whatever machine. */
export interface FeedPublisher extends FeedSink, AsyncDisposable {
  /** Closes the connections; what was published stays in the queue. */
  close(): Promise<void>;
}

/**
 * Publishes to the writer of the store. A batch that has reached Redis is written by whoever becomes the writer, also when
 * this process has gone. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const openFeedPublisher = async (options: {
  readonly redisUrl: string;
  readonly storeId: string;
  readonly prefix?: string;
}): Promise<FeedPublisher> => {
  const { redisUrl, storeId, prefix = defaultPrefix } = options;
  const connections = await connect(redisUrl, () => undefined);
  const outlet = new FeedOutlet(storeId, { connections, prefix });
  const close = (): Promise<void> => connections.close(() => outlet.close());
  return {
    write: (batch, signal) =>
      outlet.write(batch, signal).catch((error: unknown) => {
        throw signal.aborted ? error : redisFailure(redisUrl, error);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
};

import { createHub, isHubError, type Hub } from '@hub/client';
import type { WatchedFeed } from '@hub/client/feed-watch';

/** Who asks brokers, by way of workers, for the cumulative volume of shares. */
export interface DayVolumes {
  /** Undefined: nobody could tell. */
  ask(feed: Pick<WatchedFeed, 'symbol' | 'venue'>, signal: AbortSignal): Promise<number | undefined>;
  close(): Promise<void>;
}

const marketOf = { KRX: 'J', NXT: 'NX', UN: 'UN' } as const;
const deadlineMs = 10_000;

/** A current price of KIS: one call. Opens nothing before it asks. */
export const askDayVolume = (redisUrl: string, queuePrefix: string): DayVolumes => {
  let hub: Hub | undefined;
  return {
    ask: async ({ symbol, venue }, signal) => {
      try {
        hub ??= createHub({ mode: 'service', redis: { main: redisUrl } }, { queuePrefix });
        const price = { FID_COND_MRKT_DIV_CODE: marketOf[venue], FID_INPUT_ISCD: symbol };
        const { body } = await hub.kis.call('inquire-price', price, { priority: 'realtime', deadlineMs, signal });
        const { output } = body as { output?: { acml_vol?: unknown } };
        const volume = Number(output?.acml_vol);
        return Number.isFinite(volume) && output?.acml_vol !== '' ? volume : undefined;
      } catch (error) {
        // It is no evidence; a broker that is away is told of elsewhere.
        if (isHubError(error)) return undefined;
        throw error;
      }
    },
    close: async () => {
      await hub?.close();
    },
  };
};

import { peers, type PeerName } from '../peer/index.js';
import { openHubLedger } from './hub-adapter.js';

export type ClientName = 'hub' | PeerName;

export interface LedgerOrder {
  readonly client: ClientName;
  readonly redisUrl: string;
  /** Processes of one run share it, runs do not. */
  readonly account: string;
  readonly task: 'throughput' | 'single-flight';
  /** Cycles at a time for throughput, rounds for single flight. */
  readonly count: number;
}

/** One leave asked for, granted, used for nothing and given back. */
export interface Cycles {
  cycle(granted: () => void): Promise<void>;
  close(): Promise<void>;
}

/** Per second, out of everybody's way. */
export const hugeLimit = 1_000_000;

export const openCycles = async ({ client, redisUrl, account, count }: LedgerOrder): Promise<Cycles> => {
  if (client === 'hub') {
    const ledger = openHubLedger({ redisUrl, account });
    return {
      cycle: async (granted) => {
        const leave = await ledger.acquire();
        granted();
        leave.claim();
        leave.complete();
      },
      close: () => ledger.close(),
    };
  }
  const peer = await peers[client]({ redisUrl, perSecond: hugeLimit, inFlight: count });
  return {
    cycle: (granted) =>
      peer.run(() => {
        granted();
        return Promise.resolve();
      }),
    close: () => peer.close(),
  };
};

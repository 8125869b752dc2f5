import { setMaxListeners } from 'node:events';

import { openLedger } from '@hub/client/ledger';

/** Far above what any machine grants, so that the limit is out of the way: settings stop at 100 a second. */
const budgets = [{ name: 'total', limit: 1_000_000, windowMs: 1_000 }] as const;

/** Leave to send one request. */
export interface Leave {
  claim(): number;
  complete(): void;
}

export interface Acquirer {
  acquire(): Promise<Leave>;
  close(): Promise<void>;
}

/** The ledger as the hub uses it, without the calls around it. */
export const openHubLedger = ({ redisUrl, account }: { redisUrl: string; account: string }): Acquirer => {
  const opened = openLedger({ url: redisUrl });
  const { signal } = new AbortController();
  // As many listeners as there are callers; none of them leaks.
  setMaxListeners(0, signal);
  const request = { account, budgets, leaseMs: 5_000, priority: 'interactive', signal } as const;
  return {
    acquire: () => opened.ledger.acquire(request),
    close: () => opened.close(),
  };
};

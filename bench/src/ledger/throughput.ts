import { setTimeout as sleep } from 'node:timers/promises';

import { onMessage, tell } from '../harness/child.js';
import { epochMs } from '../harness/numbers.js';
import { openCycles, type LedgerOrder } from './cycle.js';

export interface Ready {
  readonly kind: 'ready';
}

export interface Count {
  readonly kind: 'count';
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Counted {
  readonly kind: 'counted';
  readonly granted: number;
  /** Earlier than the end where everything there was had been done. */
  readonly lastAt: number;
}

/** In the child: as many leaves as there are to have, counted on demand. Returns what ends it. */
export const grantWithoutPause = async (order: LedgerOrder): Promise<() => Promise<void>> => {
  let span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  let count = 0;
  let lastAt = 0;
  const granted = (): void => {
    const now = epochMs();
    if (now < span.fromMs || now >= span.toMs) return;
    count += 1;
    lastAt = now;
  };
  const grants = await cycling(order, granted);
  onMessage('count', (message) => {
    span = message as Count;
    grants.start();
    void sleep(span.toMs - epochMs() + 50).then(() => {
      tell({ kind: 'counted', granted: count, lastAt } as Counted);
    });
  });
  tell({ kind: 'ready' });
  return () => grants.close();
};

const cycling = async (order: LedgerOrder, granted: () => void) => {
  const cycles = await openCycles(order);
  let over = false;
  const lane = async (): Promise<void> => {
    while (!over) await cycles.cycle(granted);
  };
  return {
    start: () => {
      for (let index = 0; index < order.count; index += 1) {
        lane().catch((error: unknown) => {
          if (!over) process.stderr.write(`${order.client}: ${String(error)}\n`);
        });
      }
    },
    close: async () => {
      over = true;
      await cycles.close();
    },
  };
};

import type { Priority } from '@hub/client';

/** BullMQ's numbers: 1 goes first. A job without one would go before them all, so every job has one. */
export const queuePriority = {
  order: 1,
  realtime: 2,
  interactive: 3,
  backfill: 10,
} as const satisfies Record<Priority, number>;

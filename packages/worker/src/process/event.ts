import type { BrokerName } from '@hub/client';

import type { SentinelEvent } from '../sentinel/event.js';

/** What a service tells while it runs. Nothing in it is secret. */
export type ServiceEvent =
  /** A window is in its store; `calls` to the broker. */
  | {
      readonly kind: 'window-done';
      readonly id: string;
      readonly rows: number;
      readonly inserted: number;
      readonly updated: number;
      readonly calls: number;
    }
  /** A window that is not tried again. */
  | {
      readonly kind: 'window-failed';
      /** Workers serve every store that shares their Redis. */
      readonly storeId: string;
      readonly id: string;
      readonly broker: BrokerName;
      readonly code: string;
      readonly message: string;
      readonly remedy: string;
    }
  /** The writer has committed a batch. */
  | {
      readonly kind: 'committed';
      readonly batchId: string;
      readonly rows: number;
      readonly inserted: number;
      readonly updated: number;
    }
  /** A message of this queue cannot be handled; it is kept for a look. */
  | { readonly kind: 'dead-letter'; readonly queue: string; readonly id: string; readonly code: string }
  /** A call of a program without keys that it may not make. Nothing was spent. */
  | {
      readonly kind: 'caller-refused';
      /** The name in its token, where that was signed; what it calls itself otherwise, or `somebody`. */
      readonly caller: string;
      readonly broker: BrokerName;
      readonly endpoint: string;
      readonly message: string;
    }
  /** What the Sentinel of this service finds, and what becomes of it. */
  | Exclude<SentinelEvent, { kind: 'error' }>
  /** Trouble that the service goes on after, such as a Redis that is away. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

import type { BrokerName } from '@hub/client';

/** What a service tells while it runs. Nothing in it is secret. */
export type ServiceEvent =
  | {
      readonly kind: 'window-done';
      readonly id: string;
      readonly rows: number;
      readonly inserted: number;
      readonly updated: number;
      readonly calls: number;
    }
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
  | {
      readonly kind: 'committed';
      readonly batchId: string;
      readonly rows: number;
      readonly inserted: number;
      readonly updated: number;
    }
  | { readonly kind: 'dead-letter'; readonly queue: string; readonly id: string; readonly code: string }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

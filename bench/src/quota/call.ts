import type { Priority } from '@hub/client';

import type { ClientName } from './cell.js';

/** What a caller is told when it is started. */
export interface CallerOrder {
  readonly client: ClientName;
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  /** Peers have no vault: all of them use this one. */
  readonly token: string;
  readonly priority: Priority;
  /** Calls at a time that follow each other without a pause, one call at every full second, or a single one. */
  readonly pace: 'saturate' | 'each-second' | 'once';
}

/** One call, epoch ms. */
export interface CallRecord {
  readonly askedAt: number;
  readonly grantedAt: number;
  /** Later than the grant only where the first attempt was refused and repeated. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** The first call of the process has its leave. */
export interface Up {
  readonly kind: 'up';
  readonly waitMs: number;
}

export interface Measure {
  readonly kind: 'measure';
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Report {
  readonly kind: 'report';
  /** Calls granted within the measured time. */
  readonly calls: readonly CallRecord[];
  readonly cpuMs: number;
}

/** One client of one process. `granted` is told at the last moment before an attempt's bytes leave. */
export interface Calling {
  call(granted: () => void): Promise<void>;
  close(): Promise<void>;
}

/** The one call of this bench, in the broker's words. */
export const price = {
  endpoint: 'inquire-price',
  params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' },
} as const;

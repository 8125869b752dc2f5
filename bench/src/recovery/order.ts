import type { Closing } from '@hub/worker';

/** What the programs of this bench are told. */
export interface Order {
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly kisKey: { readonly appKey: string; readonly appSecret: string };
  readonly symbols: readonly string[];
  readonly db: string;
  /** The market's time less that of the machine, ms. */
  readonly offsetMs: number;
}

/** All feeds are live, or the service takes jobs. */
export interface Ready {
  readonly kind: 'ready';
}

/** The collector was told of a gap. Instants: UTC epoch ms of the market. */
export interface Noticed {
  readonly kind: 'noticed';
  readonly id: string;
  readonly symbol: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly atMs: number;
}

/** The Sentinel has closed it. */
export interface Closed {
  readonly kind: 'closed';
  readonly id: string;
  readonly closing: Closing;
  readonly atMs: number;
}

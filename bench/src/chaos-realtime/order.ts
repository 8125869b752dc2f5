import type { BrokerName } from '@hub/client';

/** What a group of collectors is told at its start. */
export interface GroupOrder {
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly kisKeys: readonly { readonly appKey: string; readonly appSecret: string }[];
  readonly kiwoomKeys: readonly { readonly appKey: string; readonly secretKey: string }[];
  readonly symbols: readonly string[];
  /** How many collectors this process has. */
  readonly collectors: number;
  /** The market's time less that of the machine, ms. */
  readonly offsetMs: number;
}

/** What one collector has seen of one share at one broker since the last report. Instants: UTC epoch ms of the market. */
export interface Seen {
  readonly collector: number;
  readonly broker: BrokerName;
  readonly symbol: string;
  /** Cumulative volumes, in the order in which they came. */
  readonly volumes: readonly number[];
  /** Of `volumes`, those that came late by their own word. */
  readonly late: readonly number[];
}

/** A gap of trades that has ended, or one that has begun (`untilMs` null). */
export interface SeenGap {
  readonly collector: number;
  readonly broker: BrokerName;
  readonly symbol: string;
  readonly id: string;
  readonly sinceMs: number;
  readonly untilMs: number | null;
  readonly cause: string;
}

/** From the group, every now and then, and once more before it ends. */
export interface Report {
  readonly kind: 'report' | 'last';
  /** Everything that came until then is in it. */
  readonly atMs: number;
  readonly seen: readonly Seen[];
  readonly gaps: readonly SeenGap[];
  readonly books: number;
}

/** All feeds of a collector are live. */
export interface Ready {
  readonly kind: 'ready';
  readonly collector: number;
  readonly atMs: number;
}

/** This process holds the socket of an account now. */
export interface Holding {
  readonly kind: 'holding';
  readonly account: string;
}

/** Something that the hub told of its feed. */
export interface Trouble {
  readonly kind: 'trouble';
  readonly what: string;
}

/** What one program of the stage does. */
export type Role = 'collector' | 'worker' | 'writer' | 'sentinel';

/** What a program is told. */
export interface Order {
  readonly role: Role;
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly kisKey: { readonly appKey: string; readonly appSecret: string };
  readonly kiwoomKey: { readonly appKey: string; readonly secretKey: string };
  readonly symbols: readonly string[];
  readonly db: string;
  /** The market's time less that of the machine, ms. */
  readonly offsetMs: number;
}

/** A collector has all its feeds. */
export interface Live {
  readonly kind: 'live';
  /** UTC epoch ms of the market. */
  readonly atMs: number;
}

/** A hole has ended. */
export interface Ended {
  readonly kind: 'ended';
  readonly state: string;
  readonly by: string;
  readonly calls: number;
  readonly reason: string;
}

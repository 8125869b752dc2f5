import type { RedisBinary } from './search.js';

/** What a starter hands to the supervisor, as its only argument (JSON). */
export interface SupervisorOrder {
  readonly binary: RedisBinary;
  readonly runtimeDir: string;
  readonly shared: boolean;
  /** No earlier process can have spent anything: the pair is fresh and leaves no mark. */
  readonly isolated: boolean;
  /** How long the pair stays after its last member, so that a successor can join. */
  readonly graceMs: number;
}

/** What the supervisor tells the starter over IPC, once. */
export type SupervisorReport = { readonly ready: string } | { readonly failed: string };

/** The first line on every control connection (JSON). A member that leaves answers with the line `bye`. */
export interface PairGreeting {
  readonly mainUrl: string;
  readonly gatekeeperUrl: string;
  readonly mainPid: number;
  readonly gatekeeperPid: number;
  readonly fresh: boolean;
}

export const sharedControl = 'shared.sock';

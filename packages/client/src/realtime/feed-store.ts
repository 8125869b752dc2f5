import type { Priority } from '../ledger/contract.js';
import type { GapEvent } from './contract.js';
import type { Plan } from './subscription/planner.js';

/** Where live feeds of one broker and environment meet: `kis:real`; `kis:real@host:port` where it is reached elsewhere. */
export type Pool = string;

/** One consumer's want of one feed. */
export interface Want {
  /** As `feedText` names it. */
  readonly feed: string;
  readonly priority: Priority;
  readonly raw: boolean;
}

/** What all processes know of a pool. Instants are those of the server, UTC epoch ms. */
export interface PoolView {
  readonly now: number;
  readonly wants: readonly Want[];
  /** Keys that some live process can open a socket with, and how many registrations each may have. */
  readonly keys: ReadonlyMap<string, number>;
  readonly plan: Plan;
}

/** What is stored of one feed of a session. */
export type StoredFeed =
  | { readonly state: 'live'; readonly sinceMs: number }
  | { readonly state: 'gap'; readonly id: string; readonly sinceMs: number; readonly cause: GapEvent['cause'] };

/** One process begins to hold the session of a key: what its predecessor left. */
export interface Beginning {
  readonly generation: number;
  /** Of the last batch in the stream; 0 when there is none. */
  readonly seq: number;
  /** Up to then the predecessor had published what it received; 0 when there was none. */
  readonly throughMs: number;
  /** Whether it ended by itself. */
  readonly handedOver: boolean;
  readonly feeds: ReadonlyMap<string, StoredFeed>;
}

/** What is published at once. */
export interface Batch {
  readonly generation: number;
  /** 1 after the batch before, over all generations. */
  readonly seq: number;
  /** Everything that was received until then is in it or before it; UTC epoch ms of the holder. */
  readonly throughMs: number;
  /** Events, as JSON. */
  readonly body: string;
  /** Feeds whose state changed; null: no longer registered. */
  readonly feeds: Readonly<Record<string, StoredFeed | null>>;
  /** To be kept for whoever fills holes. */
  readonly gaps: readonly GapEvent[];
}

/** A batch as it is read. */
export interface ReadBatch extends Pick<Batch, 'generation' | 'seq' | 'throughMs' | 'body'> {
  /** Where to go on reading. */
  readonly id: string;
}

/** Where one reader stands in the stream of one key. */
export interface StreamState {
  readonly keyId: string;
  readonly lastId: string;
  readonly generation: number;
  readonly seq: number;
  readonly throughMs: number;
  readonly feeds: ReadonlyMap<string, StoredFeed>;
}

/**
 * What processes share about live feeds. Every promise rejects with HUB_REDIS_… when the server is away; wants and keys then
 * stay for `wantLeaseMs`.
 */
export interface FeedStore {
  /** All that this consumer wants now; what it wanted before and does not any more is given back. */
  want(pool: Pool, consumer: string, wants: readonly Want[]): Promise<void>;
  /** Says which keys this process can open sockets with, and tells what is known. */
  look(pool: Pool, keys: ReadonlyMap<string, number>): Promise<PoolView>;
  /** Takes the plan unless another one was taken meanwhile. */
  replan(pool: Pool, plan: Plan, readVersion: number): Promise<boolean>;
  begin(pool: Pool, keyId: string, holder: string): Promise<Beginning>;
  /**
   * A batch that is there already is left as it is. Nothing is stored where another process has begun (`superseded`), nor where
   * the server has forgotten the batch before (`forgotten`), unless it is forced.
   */
  publish(pool: Pool, keyId: string, batch: Batch, force?: boolean): Promise<'stored' | 'superseded' | 'forgotten'>;
  /** Keeps a gap that no session tells; of one id the first stays. */
  keepGap(pool: Pool, gap: GapEvent): Promise<void>;
  /** The holder ends by itself. */
  end(pool: Pool, keyId: string, generation: number): Promise<void>;
  /** Where a newcomer begins to read. */
  states(pool: Pool, keyIds: readonly string[]): Promise<readonly StreamState[]>;
  /** Waits for batches behind these ids, up to `waitMs`. */
  read(
    pool: Pool,
    from: ReadonlyMap<string, string>,
    waitMs: number,
  ): Promise<ReadonlyMap<string, readonly ReadBatch[]>>;
  /** Calls back when wants or the plan have changed. */
  watch(pool: Pool, changed: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** How long a want or a key stays known without being said again, and how often it is said. */
export const wantLeaseMs = 15_000;
export const wantEveryMs = 4_000;

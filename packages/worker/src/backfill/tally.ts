import type { Failure } from '../error.js';
import type { WindowResult, WindowSpec } from '../queue/payload.js';

/** How far a backfill has come. */
export interface BackfillProgress {
  /** Committed. */
  readonly windowsDone: number;
  readonly windowsFailed: number;
  readonly windowsTotal: number;
  /** Of the committed windows, whether they were new to the store or not. */
  readonly rows: number;
  /** Calls to brokers that the committed windows took. */
  readonly calls: number;
}

/** What one committed window brought. */
export interface WindowYield {
  /** As in the plan. */
  readonly id: string;
  readonly rows: number;
  readonly calls: number;
}

/** How a backfill ended. */
export interface BackfillResult {
  /** Committed. */
  readonly windows: number;
  /** One entry per committed window, in the order of their commits. */
  readonly done: readonly WindowYield[];
  /** Windows that were not committed, and why. */
  readonly failed: readonly ({ readonly id: string } & Failure)[];
  /** KST days `YYYY-MM-DD` that no broker has spoken for, though their windows ended well: they stay missing. */
  readonly unproven: readonly { readonly symbol: string; readonly days: readonly string[] }[];
  /** Taken back after an abort, before anybody fetched them. */
  readonly withdrawn: number;
  /** Of the committed windows: `inserted`, `updated`, and those that the store held already. */
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  /** Calls to brokers. */
  readonly calls: number;
  /** When the first request might leave, UTC epoch ms; absent when the workers do not tell, or nothing was fetched. */
  readonly firstPermitAtMs?: number;
  /** When the last window was committed, UTC epoch ms; absent when none was. */
  readonly lastCommitAtMs?: number;
}

/** Adds up how the windows of one backfill ended. */
export class Tally {
  readonly #windowsTotal: number;
  readonly #onProgress: (progress: BackfillProgress) => void;
  readonly #results: WindowResult[] = [];
  readonly #done: WindowYield[] = [];
  readonly #failed: ({ id: string } & Failure)[] = [];
  readonly #unproven: { symbol: string; days: readonly string[] }[] = [];
  #withdrawn = 0;
  #rows = 0;
  #calls = 0;

  constructor(windowsTotal: number, onProgress: (progress: BackfillProgress) => void) {
    this.#windowsTotal = windowsTotal;
    this.#onProgress = onProgress;
  }

  done({ id, symbol }: WindowSpec, result: WindowResult): void {
    this.#results.push(result);
    if (result.unproven !== undefined) this.#unproven.push({ symbol, days: result.unproven });
    this.#done.push({ id, rows: result.rows, calls: result.calls });
    this.#rows += result.rows;
    this.#calls += result.calls;
    this.#report();
  }

  failed({ id }: WindowSpec, { code, message, remedy }: Failure): void {
    this.#failed.push({ id, code, message, remedy });
    this.#report();
  }

  withdrawn(): void {
    this.#withdrawn += 1;
  }

  result(): BackfillResult {
    const results = this.#results;
    const permits = results.flatMap(({ firstPermitAtMs }) => firstPermitAtMs ?? []);
    const commits = results.flatMap(({ committedAtMs }) => committedAtMs ?? []);
    return {
      windows: results.length,
      done: this.#done,
      failed: this.#failed,
      unproven: this.#unproven,
      withdrawn: this.#withdrawn,
      rows: this.#rows,
      inserted: results.reduce((sum, { inserted }) => sum + inserted, 0),
      updated: results.reduce((sum, { updated }) => sum + updated, 0),
      calls: this.#calls,
      ...(permits.length === 0 ? {} : { firstPermitAtMs: permits.reduce((a, b) => Math.min(a, b)) }),
      ...(commits.length === 0 ? {} : { lastCommitAtMs: commits.reduce((a, b) => Math.max(a, b)) }),
    };
  }

  #report(): void {
    this.#onProgress({
      windowsDone: this.#results.length,
      windowsFailed: this.#failed.length,
      windowsTotal: this.#windowsTotal,
      rows: this.#rows,
      calls: this.#calls,
    });
  }
}

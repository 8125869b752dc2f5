import { Queue, QueueEvents } from 'bullmq';

import type { Connections } from './connection.js';

/** How a job ended. `gone`: it is not in the queue, and nobody told how it ended. */
export type Outcome =
  | { readonly kind: 'completed'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'gone' };

/** Jobs asked about per look, so that a large backfill does not keep Redis busy with questions. */
const askedPerLook = 200;

export interface JobWatchOptions {
  /** Of the queue. */
  readonly name: string;
  readonly connections: Connections;
  readonly prefix: string;
  readonly everyMs: number;
  /** All that wait are rejected when no look has succeeded for so long; never by default. */
  readonly giveUpAfterMs?: number;
  /** Told of broken connections; by default nobody is, for they surface where the queue is used. */
  readonly onError?: (error: unknown) => void;
}

interface Settler {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Waits for jobs of one queue by its events, and looks again from time to time: an event can be missed (a reconnect,
 * a trimmed stream), a job that has ended cannot.
 */
export class JobWatch {
  readonly queue: Queue;
  readonly #events: QueueEvents;
  readonly #everyMs: number;
  readonly #giveUpAfterMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<string, Set<Settler>>();
  #timer: NodeJS.Timeout | undefined;
  #failingSince: number | undefined;
  #closed = false;

  constructor(options: JobWatchOptions) {
    const { name, connections, prefix } = options;
    this.#onError = options.onError ?? (() => undefined);
    this.queue = new Queue(name, { connection: connections.producer, prefix });
    this.queue.on('error', this.#onError);
    this.#events = new QueueEvents(name, {
      connection: connections.waiting,
      prefix,
      lastEventId: connections.since,
    });
    this.#events.on('error', this.#onError);
    this.#everyMs = options.everyMs;
    this.#giveUpAfterMs = options.giveUpAfterMs ?? Infinity;
    this.#events.on('completed', ({ jobId, returnvalue }) =>
      this.settle(jobId, { kind: 'completed', value: returnvalue }),
    );
    this.#events.on('failed', ({ jobId, failedReason }) =>
      this.settle(jobId, { kind: 'failed', reason: failedReason }),
    );
  }

  /** For a job that has been added. Rejects with the signal's reason. */
  async outcome(id: string, signal?: AbortSignal): Promise<Outcome> {
    signal?.throwIfAborted();
    return new Promise<Outcome>((resolve, reject) => {
      const settler: Settler = {
        resolve: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
        reject: (error: Error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      const abort = (): void => {
        this.#forget(id, settler);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, (this.#waiting.get(id) ?? new Set()).add(settler));
      // It may have ended before we listened.
      this.#ask(id).catch(this.#onError);
      this.#timer ??= setInterval(() => void this.#look(), this.#everyMs).unref();
    });
  }

  /** Tells those who wait for this job how it ended. */
  settle(id: string, outcome: Outcome): void {
    const settlers = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const { resolve } of settlers ?? []) resolve(outcome);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#waiting.clear();
    await Promise.all([this.queue.close(), this.#events.close()]);
  }

  #forget(id: string, settler: Settler): void {
    const settlers = this.#waiting.get(id);
    settlers?.delete(settler);
    if (settlers?.size === 0) this.#waiting.delete(id);
  }

  async #look(): Promise<void> {
    const ids = [...this.#waiting.keys()].slice(0, askedPerLook);
    // Those that were asked about go to the end, so that the next look asks about others.
    for (const id of ids) {
      const settlers = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (settlers !== undefined) this.#waiting.set(id, settlers);
    }
    try {
      await Promise.all(ids.map((id) => this.#ask(id)));
      this.#failingSince = undefined;
    } catch (error) {
      if (!this.#closed) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#onError(error);
    this.#failingSince ??= performance.now();
    if (performance.now() - this.#failingSince < this.#giveUpAfterMs) return;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    const told = error instanceof Error ? error : new Error(String(error));
    for (const settlers of all) for (const { reject } of settlers) reject(told);
  }

  async #ask(id: string): Promise<void> {
    const state = await this.queue.getJobState(id);
    if (state === 'unknown') this.settle(id, { kind: 'gone' });
    if (state !== 'completed' && state !== 'failed') return;
    const job = await this.queue.getJob(id);
    if (job === undefined) this.settle(id, { kind: 'gone' });
    else if (state === 'failed') this.settle(id, { kind: 'failed', reason: job.failedReason });
    else this.settle(id, { kind: 'completed', value: job.returnvalue as unknown });
  }
}

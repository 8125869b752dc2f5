import { setTimeout as sleep } from 'node:timers/promises';

import { isHubError } from '@hub/client';
import { writerOf } from '@hub/worker';

import { joinWriter, type Writer, type WriterOptions } from './writer.js';

const everyMs = 1_000;

/** A writer that was stopped or starved for a moment holds its file still, and goes on. */
const comesBackWithinMs = 30_000;

/** Keeps a store served: when its writer in another process goes away, this process takes the file over. */
export class WriterWatch {
  #writer: Writer;
  readonly #end = new AbortController();
  readonly #failed = new AbortController();
  readonly #watching: Promise<void>;

  constructor(
    first: Writer,
    private readonly options: WriterOptions,
    private readonly say: (line: string) => void,
  ) {
    this.#writer = first;
    this.#watching = this.#watch();
  }

  /** Aborts, with the reason, when nobody serves the store any more and this process cannot. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#watching;
    if (this.#writer.kind === 'own') await this.#writer.close();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end;
    let silentSince: number | undefined;
    while (this.#writer.kind === 'other') {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const { pid } = this.#writer;
      try {
        if ((await writerOf(this.options)) !== undefined) {
          silentSince = undefined;
          continue;
        }
        silentSince ??= performance.now();
        this.#writer = await joinWriter(this.options, signal);
        if (this.#writer.kind === 'own') this.say(`the writer (pid ${pid}) is gone; this process takes its place`);
      } catch (error) {
        // A Redis that is away for a moment is no reason to give up; a file that cannot be opened is.
        if (!isHubError(error) || !error.code.startsWith('HUB_STORE_')) continue;
        const silentMs = performance.now() - (silentSince ?? performance.now());
        if (error.code === 'HUB_STORE_LOCKED' && silentMs < comesBackWithinMs) {
          this.say(`the writer (pid ${pid}) gives no sign of life, but holds the file; waiting for it`);
          continue;
        }
        this.#failed.abort(error);
        return;
      }
    }
  }
}

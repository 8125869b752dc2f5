import { setTimeout as sleep } from 'node:timers/promises';

import { isHubError } from '@hub/client';

import { joinWriter, livingWriter, type Writer, type WriterOptions } from './writer.js';

const everyMs = 1_000;

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
    while (this.#writer.kind === 'other') {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if ((await livingWriter(this.options)) !== undefined) continue;
        this.say(`the writer (pid ${this.#writer.pid}) is gone; this process takes its place`);
        this.#writer = await joinWriter(this.options, signal);
      } catch (error) {
        // A Redis that is away for a moment is no reason to give up; a file that cannot be opened is.
        if (!isHubError(error) || !error.code.startsWith('HUB_STORE_')) continue;
        this.#failed.abort(error);
        return;
      }
    }
  }
}

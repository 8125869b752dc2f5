import { memoryUsage } from 'node:process';

const mb = 2 ** 20;

/** How the memory of this process goes on from some moment, MiB. */
export class MemoryWatch {
  #base: number | undefined;
  #most = 0;

  /** From now on growth counts. */
  begin(): void {
    this.#base = memoryUsage.rss();
    this.#most = this.#base;
  }

  look(): void {
    if (this.#base !== undefined) this.#most = Math.max(this.#most, memoryUsage.rss());
  }

  /** `baseMb` at the beginning; `moreMb`: the most that was added to it at any look. */
  get figures(): { readonly baseMb: number; readonly moreMb: number } {
    const base = this.#base ?? 0;
    return { baseMb: Math.round(base / mb), moreMb: Math.round((this.#most - base) / mb) };
  }
}

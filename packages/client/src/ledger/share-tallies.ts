import type { ShareTally, Spender } from './store-contract.js';

/** How much was granted on the share since this member started, and how much of that its store knows. */
export class ShareTallies {
  readonly #tallies = new Map<string, { readonly spender: Spender; total: number; before: number }>();

  count({ priority, flow }: Spender, by: number): void {
    const key = `${priority}\t${flow}`;
    const tally = this.#tallies.get(key) ?? { spender: { priority, flow }, total: 0, before: 0 };
    tally.total += by;
    this.#tallies.set(key, tally);
  }

  /** What the store does not know, or may not know: the word of it may have been heard though no answer came. */
  get current(): readonly ShareTally[] {
    return [...this.#tallies.values()]
      .filter(({ total, before }) => total > before)
      .map(({ spender, total, before }) => ({ ...spender, total, before }));
  }

  /** The store has counted it all. */
  told(): void {
    for (const tally of this.#tallies.values()) tally.before = tally.total;
  }
}

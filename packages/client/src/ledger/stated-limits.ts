import type { Clock } from '../runtime/clock.js';
import type { Budget } from './contract.js';

/** A limit that nothing has gone by for so long is no news (ms): other processes may know a newer one. */
const statedForMs = 30_000;

/** The limits by which this process calls, as it tells the store with every heartbeat. */
export class StatedLimits {
  readonly #used = new Map<string, { readonly budget: Budget; readonly at: number }>();

  constructor(private readonly clock: Clock) {}

  use(budgets: readonly Budget[]): void {
    const at = this.clock.monotonic();
    for (const budget of budgets) this.#used.set(budget.name, { budget, at });
  }

  get current(): Budget[] {
    const since = this.clock.monotonic() - statedForMs;
    return [...this.#used.values()].filter(({ at }) => at >= since).map(({ budget }) => budget);
  }
}

import { createWindow, Peak, type LimitSettings, type QuotaWindow } from './window.js';

/** The per-second quota of all keys; each key has a window of its own. */
export class Quota {
  readonly #limit: LimitSettings;
  readonly #keys = new Map<string, { window: QuotaWindow; peak: Peak }>();

  constructor(limit: LimitSettings) {
    this.#limit = limit;
  }

  /** True when the arrival is within the quota. */
  take(keyId: string, at: number): boolean {
    let held = this.#keys.get(keyId);
    if (held === undefined) {
      held = { window: createWindow(this.#limit), peak: new Peak() };
      this.#keys.set(keyId, held);
    }
    held.peak.add(at);
    return held.window.take(at);
  }

  /** The largest number of arrivals of one key within any 1000 ms. */
  get maxInWindow(): number {
    return Math.max(0, ...[...this.#keys.values()].map(({ peak }) => peak.most));
  }
}

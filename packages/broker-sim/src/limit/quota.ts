import { createWindow, Peak, type LimitSettings, type QuotaWindow } from './window.js';

interface Held {
  readonly window: QuotaWindow;
  readonly peak: Peak;
}

/** A per-second quota by name: KIS counts app keys, Kiwoom pairs of app key and TR. Each name has a window of its own. */
export class Quota {
  readonly #limit: LimitSettings;
  readonly #names = new Map<string, Held>();

  constructor(limit: LimitSettings) {
    this.#limit = limit;
  }

  /** True when the arrival is within the quota. */
  take(name: string, at: number): boolean {
    const { window, peak } = this.#held(name);
    peak.add(at);
    return window.take(at);
  }

  /** True when the next arrival would be within the quota. */
  fits(name: string, at: number): boolean {
    return this.#held(name).window.fits(at);
  }

  /** An arrival that was refused elsewhere: it counts for `maxInWindow` alone. */
  pass(name: string, at: number): void {
    this.#held(name).peak.add(at);
  }

  /** The largest number of arrivals of one name within any 1000 ms. */
  get maxInWindow(): number {
    return Math.max(0, ...[...this.#names.values()].map(({ peak }) => peak.most));
  }

  #held(name: string): Held {
    let held = this.#names.get(name);
    if (held === undefined) {
      held = { window: createWindow(this.#limit), peak: new Peak() };
      this.#names.set(name, held);
    }
    return held;
  }
}

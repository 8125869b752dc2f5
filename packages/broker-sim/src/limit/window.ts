/** How a broker counts "per second". What KIS and Kiwoom really do is unknown, so all three are on offer. */
export type WindowKind = 'sliding' | 'calendar' | 'bucket';

/** The quota of a broker. */
export interface LimitSettings {
  /** Calls of one name (KIS: app key; Kiwoom: app key and TR) that are let through per second. */
  readonly perSecond: number;
  readonly window: WindowKind;
}

/** Judges arrivals of one name, in order of time. Refused arrivals cost nothing. */
export interface QuotaWindow {
  /** True when an arrival at `at` would be let through. */
  fits(at: number): boolean;
  /** True when the arrival at `at` (epoch ms, fractions allowed) is let through. */
  take(at: number): boolean;
}

const WINDOW_MS = 1_000;

class SlidingWindow implements QuotaWindow {
  readonly #limit: number;
  #passed: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  fits(at: number): boolean {
    this.#passed = this.#passed.filter((earlier) => earlier > at - WINDOW_MS);
    return this.#passed.length < this.#limit;
  }

  take(at: number): boolean {
    if (!this.fits(at)) return false;
    this.#passed.push(at);
    return true;
  }
}

class CalendarWindow implements QuotaWindow {
  readonly #limit: number;
  #second = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  fits(at: number): boolean {
    const second = Math.floor(at / WINDOW_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    return this.#used < this.#limit;
  }

  take(at: number): boolean {
    if (!this.fits(at)) return false;
    this.#used += 1;
    return true;
  }
}

/** Capacity and refill per second are both the limit; full at the start. */
class Bucket implements QuotaWindow {
  readonly #limit: number;
  #level: number;
  #filledAt = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
    this.#level = limit;
  }

  fits(at: number): boolean {
    if (at > this.#filledAt) {
      this.#level = Math.min(this.#limit, this.#level + ((at - this.#filledAt) * this.#limit) / WINDOW_MS);
      this.#filledAt = at;
    }
    // A level of 0.999… after a second of refill is rounding, not a missing call.
    return this.#level >= 1 - 1e-9;
  }

  take(at: number): boolean {
    if (!this.fits(at)) return false;
    this.#level -= 1;
    return true;
  }
}

export const createWindow = ({ perSecond, window }: LimitSettings): QuotaWindow => {
  if (window === 'sliding') return new SlidingWindow(perSecond);
  if (window === 'calendar') return new CalendarWindow(perSecond);
  return new Bucket(perSecond);
};

/** The largest number of arrivals within any 1000 ms so far, refused ones included. */
export class Peak {
  #recent: number[] = [];
  #head = 0;
  #most = 0;

  get most(): number {
    return this.#most;
  }

  add(at: number): void {
    this.#recent.push(at);
    while ((this.#recent[this.#head] ?? at) <= at - WINDOW_MS) this.#head += 1;
    this.#most = Math.max(this.#most, this.#recent.length - this.#head);
    if (this.#head > 10_000) {
      this.#recent = this.#recent.slice(this.#head);
      this.#head = 0;
    }
  }
}

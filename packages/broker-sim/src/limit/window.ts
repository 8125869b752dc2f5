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

/** The largest number of arrivals within any 1000 ms so far (or any other time), refused ones included. */
export class Peak {
  readonly #windowMs: number;
  #recent: number[] = [];
  #head = 0;
  #most = 0;

  constructor(windowMs = WINDOW_MS) {
    this.#windowMs = windowMs;
  }

  get most(): number {
    return this.#most;
  }

  /** Returns how many arrivals there are within the time that ends with this one. */
  add(at: number): number {
    this.#recent.push(at);
    while ((this.#recent[this.#head] ?? at) <= at - this.#windowMs) this.#head += 1;
    const within = this.#recent.length - this.#head;
    this.#most = Math.max(this.#most, within);
    if (this.#head > 10_000) {
      this.#recent = this.#recent.slice(this.#head);
      this.#head = 0;
    }
    return within;
  }
}

/** A peak for every name. */
export class Peaks {
  readonly #windowMs: number;
  readonly #names = new Map<string, Peak>();

  constructor(windowMs = WINDOW_MS) {
    this.#windowMs = windowMs;
  }

  /** Returns how many arrivals of this name there are within the time that ends with this one. */
  add(name: string, at: number): number {
    let peak = this.#names.get(name);
    if (peak === undefined) {
      peak = new Peak(this.#windowMs);
      this.#names.set(name, peak);
    }
    return peak.add(at);
  }

  /** The largest number of arrivals of one name. */
  get most(): number {
    return Math.max(0, ...[...this.#names.values()].map((peak) => peak.most));
  }
}

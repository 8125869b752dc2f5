/** What one trade says of those before it. Volumes are shares. */
export type VolumeVerdict =
  /** It follows the one before. */
  | { readonly kind: 'next' }
  /** The first one, or the first behind an interruption. `passed`: others may have been traded in between. */
  | { readonly kind: 'first'; readonly passed: boolean }
  /** This much was traded between the one before and this one, and has not come. */
  | { readonly kind: 'break'; readonly missing: number }
  /** It was missing until now. */
  | { readonly kind: 'late' }
  | { readonly kind: 'duplicate' };

/** Stretches that may be remembered as missing: beyond them a late trade is taken for a duplicate. */
const mostHoles = 64;

/**
 * The cumulative volume of one share on one venue: symbol, venue, day and `dayVolume` are the identity of a trade, and
 * `dayVolume - size` is the figure of the one before.
 */
export class VolumeWatch {
  #day = -Infinity;
  #high = 0;
  #known = false;
  /** `(from, to]` of what is missing. */
  #holes: { from: number; to: number }[] = [];

  /** The feed was interrupted: what is missing then is told otherwise. */
  interrupted(): void {
    this.#known = false;
  }

  /** `day`: of the exchange in KST, as a number of days. */
  see(day: number, dayVolume: number, size: number): VolumeVerdict {
    const from = dayVolume - size;
    if (day !== this.#day) {
      if (day < this.#day) return { kind: 'duplicate' };
      this.#day = day;
      this.#high = 0;
      this.#known = false;
      this.#holes = [];
    }
    if (dayVolume > this.#high) {
      const missing = from - this.#high;
      const wasKnown = this.#known;
      if (missing > 0 && wasKnown) this.#holes = [...this.#holes, { from: this.#high, to: from }].slice(-mostHoles);
      this.#high = dayVolume;
      this.#known = true;
      if (!wasKnown) return { kind: 'first', passed: missing > 0 };
      return missing > 0 ? { kind: 'break', missing } : { kind: 'next' };
    }
    const hole = this.#holes.find((each) => each.from <= from && dayVolume <= each.to);
    if (hole === undefined) return { kind: 'duplicate' };
    this.#holes = this.#holes
      .flatMap((each) =>
        each === hole
          ? [
              { from: each.from, to: from },
              { from: dayVolume, to: each.to },
            ]
          : [each],
      )
      .filter((each) => each.to > each.from);
    return { kind: 'late' };
  }
}

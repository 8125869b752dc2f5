import { drawing, type Draw } from '../harness/drawing.js';

/** Chance that a seed repeats. */
export class Chance {
  readonly #draw: Draw;

  constructor(seed: number) {
    this.#draw = drawing(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#draw() * limit);
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
}

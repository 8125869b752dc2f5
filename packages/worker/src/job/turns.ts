/** One of several attempts that run side by side, with a place among them. */
export interface Turn {
  /** Resolves when nobody before it has failed without having made up for it. */
  ready(): Promise<void>;
  /** An attempt failed: whoever comes behind has to wait. */
  failed(): void;
  /** Done, or given up. */
  over(): void;
}

/** Keeps what is tried again in order: one that has failed is not overtaken, while those that succeed at once may run together. */
export class Turns {
  #count = 0;
  readonly #failed = new Map<number, { readonly over: Promise<void>; readonly end: () => void }>();

  next(): Turn {
    this.#count += 1;
    const place = this.#count;
    return {
      ready: async () => {
        for (let before = this.#before(place); before !== undefined; before = this.#before(place)) await before;
      },
      failed: () => {
        if (this.#failed.has(place)) return;
        let end = (): void => undefined;
        const over = new Promise<void>((resolve) => {
          end = resolve;
        });
        this.#failed.set(place, { over, end });
      },
      over: () => {
        this.#failed.get(place)?.end();
        this.#failed.delete(place);
      },
    };
  }

  #before(place: number): Promise<void> | undefined {
    return [...this.#failed].find(([other]) => other < place)?.[1].over;
  }
}

/** Events as they come, for one reader at its own pace: a reader that is slow loses the oldest and is told how many. */
export class EventStream<T> implements AsyncIterableIterator<T> {
  readonly #kept: T[] = [];
  #dropped = 0;
  #waiting: { readonly resolve: (next: IteratorResult<T>) => void; readonly reject: (error: unknown) => void }[] = [];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly options: {
      /** How many events wait for the reader at most. */
      readonly capacity: number;
      /** What the reader is told in place of so many events. */
      readonly gap: (count: number) => T;
      readonly onEnd: () => void;
    },
  ) {}

  /** Never blocks. */
  push(event: T): void {
    if (this.#ended) return;
    const reader = this.#waiting.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: event });
      return;
    }
    this.#kept.push(event);
    if (this.#kept.length <= this.options.capacity) return;
    this.#kept.shift();
    this.#dropped += 1;
  }

  /** What is kept may still be read. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.options.onEnd();
    const [first, ...others] = this.#waiting;
    this.#waiting = [];
    if (failure !== undefined && first !== undefined) first.reject(failure.error);
    else {
      first?.resolve({ done: true, value: undefined });
      this.#failure = failure;
    }
    for (const reader of others) reader.resolve({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#dropped > 0) {
      const count = this.#dropped;
      this.#dropped = 0;
      return Promise.resolve({ done: false, value: this.options.gap(count) });
    }
    if (this.#kept.length > 0) {
      const [value] = this.#kept.splice(0, 1) as [T];
      return Promise.resolve({ done: false, value });
    }
    const failure = this.#failure;
    this.#failure = undefined;
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the source failed with
    if (failure !== undefined) return Promise.reject(failure.error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#kept.length = 0;
    this.#dropped = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** What a command has opened; closed in the opposite order, each one even if another fails. */
export class Closers {
  readonly #open: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#open.push(close);
  }

  /** Rejects with the first failure, after everything was tried. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#open.pop(); close !== undefined; close = this.#open.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs `work` and closes what it opened, whatever comes of it. The failure of the work outranks one of the closing. */
export const withClosers = async <T>(work: (closers: Closers) => Promise<T>): Promise<T> => {
  const closers = new Closers();
  let result: T;
  try {
    result = await work(closers);
  } catch (error) {
    await closers.close().catch(() => undefined);
    throw error;
  }
  await closers.close();
  return result;
};

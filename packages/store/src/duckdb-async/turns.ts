/**
 * One thing after the other, in the order of the calls, over all connections of a database: the old binding worked so,
 * and code that does not wait for each call relies on it.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** A map that forgets what was used longest ago. */
export class Lru<Value> {
  readonly #capacity: number;
  readonly #entries = new Map<string, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of `key`, made by `make` when it is not held. */
  get(key: string, make: () => Value): Value {
    const held = this.#entries.get(key);
    const value = held ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    return value;
  }
}

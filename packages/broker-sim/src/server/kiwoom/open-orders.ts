/** An order that was accepted and never filled. */
export interface OpenOrder {
  /** Seven digits, leading zeros included. */
  readonly number: string;
  /** Epoch ms. */
  readonly at: number;
  readonly side: 'buy' | 'sell';
  readonly fields: ReadonlyMap<string, string>;
}

const FIRST_ORDER = 138;

/** Accepted orders by the key whose account they belong to. */
export class OpenOrders {
  readonly #byKey = new Map<string, OpenOrder[]>();
  #count = 0;

  accept(keyId: string, order: Omit<OpenOrder, 'number'>): OpenOrder {
    const accepted = { number: String(FIRST_ORDER + this.#count).padStart(7, '0'), ...order };
    this.#count += 1;
    const held = this.#byKey.get(keyId);
    if (held === undefined) this.#byKey.set(keyId, [accepted]);
    else held.push(accepted);
    return accepted;
  }

  /** Oldest first. */
  of(keyId: string): readonly OpenOrder[] {
    return this.#byKey.get(keyId) ?? [];
  }
}

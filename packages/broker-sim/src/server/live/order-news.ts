import type { BrokerName } from '../house.js';

/** An order that a broker accepted by REST. None is ever filled. */
export interface TakenOrder {
  readonly broker: BrokerName;
  /** Id of the key whose account it belongs to. */
  readonly keyId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly number: string;
  /** Ten digits; empty when no request names it. */
  readonly account: string;
  readonly code: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  /** KRW; `0` for a market order. */
  readonly price: string;
  /** The broker's code of the kind of order. */
  readonly type: string;
  /** `KRX`, `NXT` or `SOR`. */
  readonly exchange: string;
}

/** Carries accepted orders from the REST side to the WebSocket side. */
export class OrderNews {
  readonly #listeners: ((order: TakenOrder) => void)[] = [];

  hear(listener: (order: TakenOrder) => void): void {
    this.#listeners.push(listener);
  }

  tell(order: TakenOrder): void {
    for (const listener of this.#listeners) listener(order);
  }
}

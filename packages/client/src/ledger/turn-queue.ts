import { patienceMs, type PermitRequest } from './contract.js';

/** One caller that waits for a permit. */
export interface Waiter {
  readonly request: PermitRequest;
  readonly virtualDeadline: number;
  readonly order: number;
  /** Hands over the permit, or the reason why there is none. */
  readonly settle: (outcome: Outcome) => void;
}

export type Outcome =
  { readonly kind: 'granted'; readonly grant: Grant } | { readonly kind: 'failed'; readonly error: Error };

/** A booked slot in terms of this process: instants of its two clocks (ms). */
export interface Grant {
  readonly permitId: string;
  readonly startsAt: number;
  readonly deadline: number;
  readonly wallDeadline: number;
}

/** Waiters in the order of their virtual deadlines; first come first served among equals. */
export class TurnQueue {
  readonly #waiters: Waiter[] = [];
  #arrivals = 0;

  get size(): number {
    return this.#waiters.length;
  }

  get head(): Waiter | undefined {
    return this.#waiters[0];
  }

  get longestLeaseMs(): number {
    return Math.max(...this.#waiters.map(({ request }) => request.leaseMs));
  }

  add(request: PermitRequest, now: number, settle: (outcome: Outcome) => void): Waiter {
    const waiter: Waiter = {
      request,
      virtualDeadline: now + patienceMs[request.priority],
      order: this.#arrivals++,
      settle,
    };
    const place = this.#waiters.findIndex(
      (other) =>
        other.virtualDeadline > waiter.virtualDeadline ||
        (other.virtualDeadline === waiter.virtualDeadline && other.order > waiter.order),
    );
    if (place === -1) this.#waiters.push(waiter);
    else this.#waiters.splice(place, 0, waiter);
    return waiter;
  }

  take(): Waiter | undefined {
    return this.#waiters.shift();
  }

  remove(waiter: Waiter): void {
    const place = this.#waiters.indexOf(waiter);
    if (place !== -1) this.#waiters.splice(place, 1);
  }
}

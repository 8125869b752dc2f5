import { PermitExpired } from '../error/index.js';
import { sleepUntil, type Clock } from '../runtime/clock.js';
import type { Permit } from './contract.js';
import type { Given } from './store-contract.js';

/** A booked slot in terms of this process: instants of its two clocks (ms). */
export interface Grant {
  readonly startsAt: number;
  readonly deadline: number;
  readonly wallDeadline: number;
}

/** Who has to know what became of a permit. None of these may throw. */
export interface PermitOffice {
  readonly account: string;
  readonly clock: Clock;
  /** The answer has come. */
  complete(given: Given): void;
  /** It was never sent. */
  giveUp(given: Given): void;
  refused(given: Given, budget: string, told: number | undefined): void;
}

/** Booked → sent → over, or booked → over, each in one tick. */
export class BookedPermit implements Permit {
  #state: 'booked' | 'sent' | 'over' = 'booked';

  constructor(
    private readonly given: Given,
    private readonly grant: Grant,
    private readonly office: PermitOffice,
  ) {}

  get id(): string {
    return this.given.permitId;
  }

  get account(): string {
    return this.office.account;
  }

  begun(): Promise<void> {
    return sleepUntil(this.office.clock, this.grant.startsAt);
  }

  claim(): number {
    const { clock } = this.office;
    const now = clock.monotonic();
    const left = Math.min(this.grant.deadline - now, this.grant.wallDeadline - clock.now());
    if (this.#state !== 'booked' || left <= 0 || now < this.grant.startsAt) {
      this.cancel();
      this.#state = 'over';
      throw new PermitExpired();
    }
    this.#state = 'sent';
    return left;
  }

  complete(): void {
    if (this.#state !== 'sent') return;
    this.#state = 'over';
    this.office.complete(this.given);
  }

  cancel(): void {
    if (this.#state !== 'booked') return;
    this.#state = 'over';
    this.office.giveUp(this.given);
  }

  refused(budget: string, told?: number): void {
    this.office.refused(this.given, budget, told);
  }
}

/** The same permit with a further condition at its send. */
export const withClaim = (permit: Permit, claim: () => number): Permit => ({
  id: permit.id,
  account: permit.account,
  begun: () => permit.begun(),
  claim,
  complete: () => {
    permit.complete();
  },
  cancel: () => {
    permit.cancel();
  },
  refused: (budget, told) => {
    permit.refused(budget, told);
  },
});

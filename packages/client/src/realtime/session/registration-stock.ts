import type { Broker } from '../../broker/contract.js';
import type { Hold, Ledger } from '../../ledger/contract.js';
import type { Clock } from '../../runtime/clock.js';
import { linkedSignal } from '../../runtime/linked-signal.js';

/** What is left behind by a holder that died drains within its lease, and the session began no earlier. */
const patienceMs = 2_000;

export interface RegistrationStockParts {
  readonly account: string;
  readonly broker: Pick<Broker, 'realtimeLimits'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** The registrations of one session as the ledger counts them: they outlive a socket, and end with the session. */
export class RegistrationStock {
  readonly #holds = new Map<string, Hold>();

  constructor(
    private readonly parts: RegistrationStockParts,
    private readonly signal: AbortSignal,
  ) {}

  /** False: no slot is left in the ledger. */
  async take(name: string): Promise<boolean> {
    if (this.#holds.has(name)) return true;
    const { account, broker, ledger, clock } = this.parts;
    const patience = linkedSignal([this.signal]);
    const disarm = clock.after(patienceMs, () => {
      patience.abort(new Error('no registration was free'));
    });
    try {
      const budgets = [{ name: 'registration', limit: broker.realtimeLimits.registration.value, windowMs: 0 }];
      const hold = await ledger.hold({ account, budgets, leaseMs: 0, priority: 'realtime', signal: patience.signal });
      this.#holds.set(name, hold);
      return true;
    } catch (error) {
      if (patience.signal.aborted && !this.signal.aborted) return false;
      throw error;
    } finally {
      disarm();
      patience.release();
    }
  }

  async give(name: string): Promise<void> {
    const hold = this.#holds.get(name);
    this.#holds.delete(name);
    await hold?.release();
  }

  async giveAll(): Promise<void> {
    await Promise.all([...this.#holds.keys()].map((name) => this.give(name)));
  }
}

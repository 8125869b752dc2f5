import type { Clock } from '../runtime/clock.js';
import type { Protocol } from './contract.js';
import type { Entry } from './store-contract.js';

/** Something that is held, and what tells its holder that it is lost. */
export interface KeptHold extends Entry {
  readonly lost: AbortController;
}

/** A holder stops so long before anybody else may take over (ms): closing a socket takes its time. */
const marginMs = 2_000;

/** What this process holds of an account. A hold that the store may give to somebody else is lost before it does. */
export class HeldStock {
  readonly #holds = new Map<string, { readonly hold: KeptHold; disarm: () => void }>();
  #renewedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly protocol: Protocol,
  ) {}

  get entries(): readonly Entry[] {
    return [...this.#holds.values()].map(({ hold: { permitId, budgets } }) => ({ permitId, budgets }));
  }

  /** Whether a heartbeat is due for the holds' sake. */
  get urgent(): boolean {
    return this.#holds.size > 0 && this.clock.monotonic() - this.#renewedAt > this.protocol.holdLeaseMs / 6;
  }

  /** `leaseMs`: what is left of the lease that it was granted with. */
  keep(hold: KeptHold, leaseMs: number): void {
    this.#holds.set(hold.permitId, { hold, disarm: this.#arm(hold, leaseMs) });
  }

  drop({ permitId }: Entry): void {
    this.#holds.get(permitId)?.disarm();
    this.#holds.delete(permitId);
  }

  /** A heartbeat that was sent at `sentAt` has prolonged every hold but the lost ones. */
  heard(sentAt: number, lost: readonly string[]): void {
    this.#renewedAt = sentAt;
    for (const kept of this.#holds.values()) {
      kept.disarm();
      if (lost.includes(kept.hold.permitId)) this.#lose(kept.hold);
      else kept.disarm = this.#arm(kept.hold, sentAt + this.protocol.holdLeaseMs - this.clock.monotonic());
    }
  }

  loseAll(): void {
    for (const { hold } of this.#holds.values()) this.#lose(hold);
  }

  #arm(hold: KeptHold, leaseMs: number): () => void {
    return this.clock.after(Math.max(1, leaseMs - marginMs), () => {
      this.#lose(hold);
    });
  }

  #lose(hold: KeptHold): void {
    this.drop(hold);
    hold.lost.abort();
  }
}

import type { Clock } from '../runtime/clock.js';
import { shareOf } from './arithmetic/reserve.js';
import { nothing, type Part } from './arithmetic/share.js';
import { complete, freeTimes, occupy, type Slots } from './arithmetic/slots.js';
import { drainMs, type Budget, type Protocol } from './contract.js';
import type { Beat, Entry, Given } from './store-contract.js';
import { ShareTallies } from './share-tallies.js';

/** What a member has said, and what of it was heard. */
interface Voice {
  readonly lastSent: Moment | undefined;
  readonly lastHeard: Moment | undefined;
  readonly uncertaintyMs: number;
}

/** An instant by both clocks of this machine: one stands still while it sleeps, the other one may be set. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export const momentOf = (clock: Clock): Moment => ({ monotonic: clock.monotonic(), wall: clock.now() });

/** How far clocks of two machines drift apart within a lease, and more (ms). */
const driftMs = 250;

/**
 * What this process may spend while the store cannot be reached: its part of every budget, from the moment at which all
 * that was lent of it has drained until the store would lend it again. See design §5.5 and docs/guide/quota.md.
 */
export class SafeShare {
  readonly #slots = new Map<string, Slots>();
  readonly #entries = new Map<string, Entry>();
  readonly #tally = new ShareTallies();
  #part: Part = nothing;
  /** What grants went by when the share was dealt: the smallest limit of all, and what refusals taught. */
  #limits: Readonly<Record<string, number>> = {};

  constructor(
    private readonly clock: Clock,
    private readonly protocol: Protocol,
  ) {}

  get part(): Part {
    return this.#part;
  }

  /** What the store deals, and of which limits. */
  deal(part: Part, limits: Readonly<Record<string, number>>): void {
    this.#part = part;
    this.#limits = limits;
  }

  /** A share whose lease has ended may be somebody else's by now: no later word may make it look like ours again. */
  endLease(voice: Voice): void {
    if (this.window(voice).untilMs <= 0) this.giveUp();
  }

  /** What a store that has lost its memory is to be given back: a share that could still be spent. */
  toReturn(voice: Voice): Part | undefined {
    return this.#part.high > this.#part.low && this.window(voice).untilMs > 0 ? this.#part : undefined;
  }

  giveUp(): void {
    this.#part = nothing;
  }

  /** In how many ms it may be spent, and for how many ms more: by the last word that may have been heard, and the last that was. */
  window({ lastSent, lastHeard, uncertaintyMs }: Voice): { readonly fromMs: number; readonly untilMs: number } {
    if (lastSent === undefined || lastHeard === undefined) return { fromMs: Infinity, untilMs: -Infinity };
    const { validMs, overdueMs, shareLeaseMs } = this.protocol;
    const drainedMs = validMs + uncertaintyMs + overdueMs + drainMs(this.protocol) + driftMs;
    return {
      fromMs: drainedMs - Math.min(...this.#elapsed(lastSent)),
      untilMs: shareLeaseMs - driftMs - Math.max(...this.#elapsed(lastHeard)),
    };
  }

  #elapsed({ monotonic, wall }: Moment): [number, number] {
    return [this.clock.monotonic() - monotonic, this.clock.now() - wall];
  }

  /** Whether there is a slot for a permit of these budgets at all. */
  covers(budgets: readonly Budget[]): boolean {
    return budgets.every((budget) => this.#capacity(budget) >= (budget.units ?? 1));
  }

  /** Takes the slots of a permit now and returns 0, or takes nothing and returns in how many ms they come free. */
  take({ permitId, budgets, spender }: Given, leaseMs: number): number {
    const now = this.clock.monotonic();
    let start = now;
    for (const budget of budgets) {
      const { windowMs, units: count = 1 } = budget;
      const free = freeTimes(this.#slotsOf(budget), { capacity: this.#capacity(budget), windowMs, count, now });
      start = Math.max(start, free.at(-1) ?? Infinity);
    }
    if (start > now) return start - now;
    for (const budget of budgets) {
      const { windowMs } = budget;
      for (const id of ids(permitId, budget)) {
        occupy(this.#slotsOf(budget), { permitId: id, start, leaseMs, windowMs });
      }
    }
    this.#entries.set(permitId, { permitId, budgets });
    this.#tally.count(spender, 1);
    return 0;
  }

  complete({ permitId, budgets }: Entry): void {
    const now = this.clock.monotonic();
    for (const budget of budgets) {
      for (const id of ids(permitId, budget)) complete(this.#slotsOf(budget), budget.windowMs, id, now);
    }
  }

  cancel({ permitId, budgets, spender }: Given): void {
    for (const budget of budgets) for (const id of ids(permitId, budget)) this.#slotsOf(budget).delete(id);
    // What the store has entered is given back to it.
    if (this.#entries.delete(permitId)) this.#tally.count(spender, -1);
  }

  /** What the store has to know of when it is back. */
  get toTell(): Pick<Beat, 'spent' | 'onShare'> {
    return { spent: this.#spent, onShare: this.#tally.current };
  }

  get #spent(): Beat['spent'] {
    const now = this.clock.monotonic();
    return [...this.#entries.values()]
      .map((entry) => ({
        ...entry,
        endsInMs: Math.max(...entry.budgets.map((each) => this.#endOf(entry, each))) - now,
      }))
      .filter(({ endsInMs }) => endsInMs > 0);
  }

  /** The store has entered it all. */
  clear(): void {
    this.#slots.clear();
    this.#entries.clear();
    this.#tally.told();
  }

  #endOf({ permitId }: Entry, budget: Budget): number {
    return Math.max(0, ...ids(permitId, budget).map((id) => this.#slotsOf(budget).get(id) ?? 0));
  }

  #capacity({ name, limit, windowMs }: Budget): number {
    return shareOf(this.#part, Math.min(limit, this.#limits[name] ?? limit), windowMs, this.protocol);
  }

  #slotsOf({ name }: Budget): Slots {
    const slots = this.#slots.get(name) ?? new Map<string, number>();
    this.#slots.set(name, slots);
    return slots;
  }
}

const ids = (permitId: string, { units = 1 }: Budget): string[] =>
  Array.from({ length: units }, (_each, index) => `${permitId}+${String(index)}`);

import { LedgerLost } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Permit } from './contract.js';
import type { Given } from './store-contract.js';
import type { Lane } from './lane.js';
import type { Lanes } from './lanes.js';
import type { Grant, PermitOffice } from './permit.js';
import { momentOf, type SafeShare } from './safe-share.js';
import type { Voice } from './voice.js';

/** How long the shared account may be away before waiting callers are told so, where there is no share to go on. */
export const awayPatienceMs = 15_000;

export interface CutOffParts {
  readonly clock: Clock;
  readonly lanes: Lanes;
  readonly share: SafeShare;
  readonly voice: Voice;
  /** A new entry for a permit of this lane. */
  readonly given: (lane: Lane) => Given;
  readonly permit: (given: Given, grant: Grant) => Permit;
  readonly onFirstGrant: (untilMs: number) => void;
}

/** A member that cannot reach the store: its callers wait until its safe share may be spent, and then go on that. */
export class CutOff {
  readonly #since: number;
  #stop: (() => void) | undefined;
  #granted = false;
  #paused = false;

  constructor(private readonly parts: CutOffParts) {
    this.#since = parts.clock.monotonic();
  }

  /** Grants nothing and fails nobody from now on, whatever comes in late. */
  pause(): void {
    this.#paused = true;
    this.#stop?.();
  }

  /** It was no return: goes on where it paused. */
  resume(): void {
    this.#paused = false;
    this.spend();
  }

  /** Grants what the share allows now, ends whom it will not help, and looks again when something changes. */
  spend(): void {
    const { lanes, clock } = this.parts;
    if (this.#paused) return;
    this.#stop?.();
    const nextMs = Math.min(...lanes.waiting.map((lane) => this.#serve(lane)));
    if (lanes.waiting.length === 0) return;
    this.#stop = clock.after(Math.max(1, nextMs), () => {
      this.spend();
    });
  }

  /** Returns in how many ms something changes for this lane. */
  #serve(lane: Lane): number {
    const { share, voice, clock } = this.parts;
    const { fromMs, untilMs } = share.window(voice);
    if (share.covers(lane.kind.budgets) && untilMs > Math.max(0, fromMs)) {
      return fromMs > 0 ? fromMs : Math.min(untilMs, this.#grant(lane, untilMs));
    }
    const patienceMs = awayPatienceMs - (clock.monotonic() - this.#since);
    if (patienceMs <= 0) lane.failAll(new LedgerLost());
    return Math.max(1, patienceMs);
  }

  /** Returns in how many ms the lane's next slot comes free. */
  #grant(lane: Lane, untilMs: number): number {
    const { share, clock, given, permit } = this.parts;
    for (let [waiter] = lane.waiters; waiter !== undefined; [waiter] = lane.waiters) {
      const leaseMs = waiter.requestIn(lane)?.leaseMs ?? 0;
      const mine = given(lane);
      const freeInMs = share.take(mine, leaseMs);
      if (freeInMs > 0) return freeInMs;
      if (!this.#granted) this.parts.onFirstGrant(untilMs);
      this.#granted = true;
      const { monotonic, wall } = momentOf(clock);
      waiter.grant(permit(mine, { startsAt: monotonic, deadline: monotonic + leaseMs, wallDeadline: wall + leaseMs }));
    }
    return untilMs;
  }
}

/** The office of permits that were granted on the share: a store that is back has entered them, and has to know as well. */
export const shareOffice = (
  office: PermitOffice,
  share: SafeShare,
  { online, freed }: { readonly online: () => boolean; readonly freed: () => void },
): PermitOffice => ({
  account: office.account,
  clock: office.clock,
  complete: (entry) => {
    share.complete(entry);
    freed();
    if (online()) office.complete(entry);
  },
  giveUp: (entry) => {
    share.cancel(entry);
    if (online()) office.giveUp(entry);
  },
  refused: (entry, budget, told) => {
    office.refused(entry, budget, told);
  },
});

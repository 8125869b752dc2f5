import { sleepUntil, type Clock } from '../runtime/clock.js';
import { earlyMs, maxDeadlineMs, type Budget, type Permit, type PermitRequest } from './contract.js';
import type { SlotReply, SlotRequest, Spender } from './store-contract.js';
import type { Grant } from './permit.js';
import type { Line, Waiter } from './waiter.js';

/** Grants that one question may bring. */
const mostAtOnce = 256;

/** A booking is asked for so long before it starts, beside the time that two questions take. */
const bookAheadMs = 30;

/** Callers that come closer together than this find the next permit in hand, where slots are plentiful. */
const briskMs = 100;

/** It is fetched with the word of the answer, or after this (ms): not in the way of the request that has just left. */
const fetchAfterMs = 5;

/** A permit in hand that nobody has come for is given back after this. */
const inHandMs = 200;

/** What a lane needs of the membership that it belongs to. */
export interface LaneHost {
  readonly clock: Clock;
  readonly ended: AbortSignal;
  /** Whether the store may be asked now; when that changes, `stir` is called. */
  readonly online: boolean;
  /** A slow round trip to the store (ms). */
  readonly tripMs: number;
  /** The first of so many new permit numbers. */
  numbers(count: number): number;
  /** Undefined: the store could not be asked. */
  ask(request: Question): Promise<Turns | undefined>;
  permit(number: number, kind: PermitKind, grant: Grant): Permit;
  /** A slot that was booked for one lane goes to a waiter of another. */
  moved(from: PermitKind, to: PermitKind): void;
  /** Nobody waits in the lane any more: its turn goes to others. */
  withdraw(lane: string): void;
  /** The lanes whose waiter may take a slot that was booked for this one, the most urgent first. */
  thatMayTakeFrom(lane: Lane): readonly Lane[];
}

/** What a lane asks; the rest is the membership's to say. */
export type Question = Omit<SlotRequest, 'member' | 'notAfter' | 'answered' | 'moved'>;
export type Turns = Extract<SlotReply, { kind: 'granted' }>;

/** What a permit is granted of, and for whom. */
export interface PermitKind extends Spender {
  readonly budgets: readonly Budget[];
}

export interface LaneKind extends PermitKind {
  readonly key: string;
  readonly weight: number;
}

interface Booking {
  readonly number: number;
  /** From which instant it holds, and until when, on the monotonic clock; and until when by the wall clock. */
  readonly startsAt: number;
  readonly deadline: number;
  readonly wallDeadline: number;
  readonly leaseMs: number;
}

/** The waiters of one set of budgets, class and caller in this process, in the order of their arrival. */
export class Lane implements Line {
  readonly #waiters: Waiter[] = [];
  #booked = 0;
  #asking = false;
  /** Counts what may have changed the answer that is on its way. */
  #news = 0;
  #registered = false;
  #comeBack: (() => void) | undefined;
  /** Takes back that the next permit will be fetched ahead of its caller. */
  #fetch: (() => void) | undefined;
  #headSince = 0;
  #cameAt = -Infinity;
  #brisk = false;
  #ample = false;
  #lastLeaseMs = 0;
  /** A permit that was booked ahead of its caller, and what gives it back. */
  #inHand: { readonly booking: Booking; readonly disarm: () => void } | undefined;

  constructor(
    readonly kind: LaneKind,
    private readonly host: LaneHost,
  ) {}

  /** Nobody waits here, and nothing is on its way. */
  get idle(): boolean {
    const awaits = this.#asking || (this.#comeBack ?? this.#fetch ?? this.#inHand) !== undefined;
    return this.#waiters.length === 0 && this.#booked === 0 && !awaits && !this.#registered;
  }

  get waiters(): readonly Waiter[] {
    return this.#waiters;
  }

  /** The waiter at the head, if a slot with this lease would do for it. */
  headFor(leaseMs: number): Waiter | undefined {
    const [head] = this.#waiters;
    return head !== undefined && (head.requestIn(this)?.leaseMs ?? Infinity) <= leaseMs ? head : undefined;
  }

  enter(waiter: Waiter, request: PermitRequest): void {
    waiter.enter(this, request);
    this.#waiters.push(waiter);
    this.#brisk = waiter.since - this.#cameAt < briskMs;
    this.#cameAt = waiter.since;
    this.#useInHand();
    if (this.#short === 1) this.#headSince = waiter.since;
    this.stir();
  }

  leave(waiter: Waiter): void {
    if (this.#waiters[0] === waiter) {
      this.#waiters.shift();
    } else {
      const place = this.#waiters.indexOf(waiter);
      if (place === -1) return;
      this.#waiters.splice(place, 1);
    }
    if (this.#waiters.length > 0 || !this.#registered || this.#asking) return;
    this.#stopWaiting();
    this.#registered = false;
    this.host.withdraw(this.kind.key);
  }

  failAll(error: Error): void {
    this.#stopWaiting();
    this.#giveBackInHand();
    for (const waiter of [...this.#waiters]) waiter.fail(this, error);
  }

  /** Asks soon, unless it waits for an answer or for its time. */
  stir(): void {
    if (this.#asking || this.#comeBack !== undefined || !this.host.online) return;
    if (this.#short > 0) {
      this.#dropFetch();
      this.#askSoon();
    } else if (this.#wantsOneInHand && this.#fetch === undefined) {
      this.#fetch = this.host.clock.after(fetchAfterMs, () => {
        this.#dropFetch();
        this.#asking = true;
        void this.#ask();
      });
    }
  }

  /** An answer has come: what the next caller needs can travel with the word of it. */
  answered(): void {
    if (this.#fetch === undefined) return;
    this.#dropFetch();
    this.#askSoon();
  }

  /** Let the callers of this turn of the event loop line up first. */
  #askSoon(): void {
    this.#asking = true;
    setImmediate(() => void this.#ask());
  }

  #dropFetch(): void {
    this.#fetch?.();
    this.#fetch = undefined;
  }

  /** Its turn has come, or may have come. */
  come(): void {
    this.#news += 1;
    this.#stopWaiting();
    this.stir();
  }

  /** Waiters for whom no permit is on its way. */
  get #short(): number {
    return this.#waiters.length - this.#booked;
  }

  /** Where callers follow each other closely, the next one shall not have to wait for a question. */
  get #wantsOneInHand(): boolean {
    return this.#ample && this.#brisk && this.#waiters.length === 0 && this.#booked === 0 && this.#inHand === undefined;
  }

  #useInHand(): void {
    const { booking, disarm } = this.#inHand ?? {};
    if (booking === undefined || this.headFor(booking.deadline - this.host.clock.monotonic()) === undefined) return;
    disarm?.();
    this.#inHand = undefined;
    this.#booked += 1;
    this.#deliver(booking);
  }

  #keepInHand(booking: Booking): void {
    this.#brisk = false;
    const disarm = this.host.clock.after(inHandMs, () => {
      this.#giveBackInHand();
    });
    this.#inHand = { booking, disarm };
  }

  #giveBackInHand(): void {
    const { booking, disarm } = this.#inHand ?? {};
    this.#inHand = undefined;
    disarm?.();
    if (booking !== undefined) this.host.permit(booking.number, this.kind, booking).cancel();
  }

  #stopWaiting(): void {
    this.#comeBack?.();
    this.#comeBack = undefined;
  }

  async #ask(): Promise<void> {
    const { clock } = this.host;
    const want = this.#short > 0 ? this.#short : Number(this.#wantsOneInHand);
    if (want === 0 || !this.host.online) {
      this.#asking = false;
      return;
    }
    const { key, budgets, priority, flow, weight } = this.kind;
    const news = this.#news;
    const most = Math.min(want, mostAtOnce);
    const first = this.host.numbers(most);
    const leaseMs = this.#leaseFor(most);
    // The store's "now" lies between these two readings: the lease counts from the earlier, the start from the later.
    const asked = clock.monotonic();
    const askedWall = clock.now();
    const reply = await this.host.ask({
      lane: key,
      budgets,
      priority,
      flow,
      weight,
      waitedMs: Math.max(0, asked - this.#headSince),
      want,
      first,
      most,
      leaseMs,
      horizonMs: bookAheadMs + 2 * this.host.tripMs,
    });
    this.#asking = false;
    if (reply === undefined) {
      if (this.#waiters.length === 0) this.#registered = false;
      if (news !== this.#news) this.stir();
      return;
    }
    const received = clock.monotonic();
    if (reply.startsInMs.length > 0) this.#headSince = received;
    this.#registered = reply.comeInMs !== undefined;
    this.#ample = reply.ample;
    this.#booked += reply.startsInMs.length;
    // The next question travels while these are handed out.
    this.#wait(news === this.#news ? reply.comeInMs : undefined);
    reply.startsInMs.forEach((inMs, index) => {
      const booking = {
        number: first + index,
        startsAt: received + inMs,
        deadline: asked + inMs + leaseMs,
        wallDeadline: askedWall + inMs + leaseMs,
        leaseMs,
      };
      if (inMs > earlyMs) void this.#deliverLater(booking);
      else this.#deliver(booking);
    });
    this.stir();
  }

  /** As long as the longest of those who may get it needs; in hand, as long as the last one did and as it may wait. */
  #leaseFor(count: number): number {
    let leaseMs = 0;
    for (const waiter of this.#waiters.slice(0, count)) {
      leaseMs = Math.max(leaseMs, waiter.requestIn(this)?.leaseMs ?? 0);
    }
    if (leaseMs === 0) return Math.min(maxDeadlineMs, this.#lastLeaseMs + inHandMs);
    this.#lastLeaseMs = leaseMs;
    return leaseMs;
  }

  #wait(comeInMs: number | undefined): void {
    if (this.#waiters.length <= this.#booked) {
      if (this.#registered) this.host.withdraw(this.kind.key);
      this.#registered = false;
    } else if (comeInMs === undefined) {
      this.stir();
    } else if (this.#comeBack === undefined) {
      this.#comeBack = this.host.clock.after(comeInMs, () => {
        this.#comeBack = undefined;
        this.stir();
      });
    }
  }

  async #deliverLater(booking: Booking): Promise<void> {
    await sleepUntil(this.host.clock, booking.startsAt - earlyMs, this.host.ended);
    this.#deliver(booking);
    this.stir();
  }

  #deliver(booking: Booking): void {
    this.#booked -= 1;
    const { clock, ended } = this.host;
    // Whoever is most urgent now takes the slot, which need not be the one it was booked for.
    const lane = this.host.thatMayTakeFrom(this).find((each) => each.headFor(booking.leaseMs) !== undefined);
    const waiter = lane?.headFor(booking.leaseMs);
    const request = lane === undefined ? undefined : waiter?.requestIn(lane);
    if (!ended.aborted && waiter === undefined && this.#ample && this.#brisk && this.#inHand === undefined) {
      this.#keepInHand(booking);
      return;
    }
    if (ended.aborted || lane === undefined || waiter === undefined || request === undefined) {
      this.host.permit(booking.number, this.kind, booking).cancel();
      return;
    }
    // The caller's own deadline, within the lease that was booked.
    const now = clock.monotonic();
    const own = Math.min(request.leaseMs, booking.deadline - now);
    const wallDeadline = Math.min(booking.wallDeadline, clock.now() + own);
    const { startsAt } = booking;
    this.host.moved(this.kind, lane.kind);
    waiter.grant(this.host.permit(booking.number, lane.kind, { startsAt, deadline: now + own, wallDeadline }));
  }
}

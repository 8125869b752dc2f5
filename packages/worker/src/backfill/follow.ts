import type { BrokerName } from '@hub/client';

import { failureOf, WindowLost, type Failure } from '../error.js';
import { readFailedReason } from '../queue/failed-reason.js';
import { windowResult, type WindowResult, type WindowSpec } from '../queue/payload.js';
import type { Outcome } from '../queue/watch.js';
import { attemptsAtMost, type WindowQueue } from '../queue/window-queue.js';
import { movedTo, otherBroker, type Balance } from './balance.js';
import type { Tally } from './tally.js';

/** A window that vanishes is published again, so that another backfill's withdrawal does not take ours along. */
const publications = 4;

export interface Following {
  readonly queue: WindowQueue;
  readonly tally: Tally;
  /** With both brokers only. */
  readonly balance: Balance | undefined;
  readonly end: AbortSignal;
  readonly aborted: () => boolean;
  readonly now: () => number;
}

/** With two brokers the first one is tried once. */
export const firstAttempts = ({ balance }: Pick<Following, 'balance'>): number =>
  balance === undefined ? attemptsAtMost.last : attemptsAtMost.first;

/** What comes from the queues and the writer would come again; what one broker refuses, the other one may give. */
const isOfStore = ({ code }: Failure): boolean =>
  /^HUB_(STORE|REDIS|WRITER)_/.test(code) ||
  ['HUB_WINDOW_LOST', 'HUB_BATCH_INVALID', 'HUB_DAY_INVALID', 'HUB_PAYLOAD_INVALID'].includes(code);

/** Says nothing of other windows of the same broker. */
const isOfWindow = (failure: Failure): boolean =>
  isOfStore(failure) ||
  ['HUB_SYMBOL_UNKNOWN', 'HUB_RANGE', 'HUB_CALL_INVALID', 'HUB_BROKER_REFUSED'].includes(failure.code);

/** One window on its way to the end, from broker to broker if need be. */
export class Followed {
  #window: WindowSpec;
  #move: Promise<WindowSpec> | undefined;
  readonly #failedAt = new Set<BrokerName>();
  /** Brokers that have had all their attempts at it. */
  readonly #givenUp = new Set<BrokerName>();
  #attempts: number;
  /** What one broker has brought before the other one got the rest. */
  #earlier: WindowResult | undefined;
  readonly #following: Following;

  constructor(window: WindowSpec, following: Following) {
    this.#window = window;
    this.#attempts = firstAttempts(following);
    this.#following = following;
  }

  /** As it is now. */
  get window(): WindowSpec {
    return this.#window;
  }

  /** Takes it back from its broker and gives it to the other one, unless somebody works on it. */
  async move(to: WindowSpec): Promise<boolean> {
    const { queue, balance } = this.#following;
    const from = this.#window;
    if (this.#failedAt.has(to.broker)) return false;
    let decide: (window: WindowSpec) => void = () => undefined;
    this.#move = new Promise((resolve) => {
      decide = resolve;
    });
    let next = from;
    try {
      if (!(await queue.withdraw(from))) return false;
      next = to;
      balance?.moved(to);
      await queue.publish([to], { attempts: this.#attempts });
      return true;
    } finally {
      decide(next);
    }
  }

  /** Resolves when it has ended and is counted. */
  async end(): Promise<void> {
    const { queue, end, aborted, balance } = this.#following;
    for (let left = publications - 1; ;) {
      let outcome: Outcome;
      try {
        outcome = await queue.outcome(this.#window, end);
      } catch (error) {
        if (end.aborted) return;
        throw error;
      }
      if (outcome.kind === 'gone' && (await this.#wasMoved())) continue;
      const elsewhere = this.#elsewhere(outcome);
      if (elsewhere !== undefined) {
        this.#window = elsewhere;
        balance?.moved(elsewhere);
      } else if (outcome.kind === 'gone' && left > 0 && !aborted()) {
        left -= 1;
      } else {
        if (outcome.kind === 'completed') balance?.done(this.#window);
        else balance?.dropped(this.#window);
        this.#count(outcome);
        return;
      }
      await queue.publish([this.#window], { attempts: this.#attempts });
    }
  }

  async #wasMoved(): Promise<boolean> {
    const next = await this.#move;
    this.#move = undefined;
    if (next === undefined || next.broker === this.#window.broker) return false;
    this.#window = next;
    return true;
  }

  /**
   * Where a window goes on that a broker could not do, or not wholly; undefined when it has ended. The first attempt is
   * one of one, so that a broker that hangs is left soon; then either broker gets all its attempts before it is given up.
   */
  #elsewhere(outcome: Outcome): WindowSpec | undefined {
    const { balance, aborted, now } = this.#following;
    const { broker } = this.#window;
    const other = otherBroker(broker);
    const failed = outcome.kind === 'failed';
    const left = failed ? this.#afterFailure(readFailedReason(outcome.reason)) : this.#unproven(outcome);
    if (left === undefined || balance === undefined || aborted()) return undefined;
    this.#failedAt.add(broker);
    if (!failed || this.#attempts === attemptsAtMost.last) this.#givenUp.add(broker);
    this.#attempts = attemptsAtMost.last;
    const candidates = balance.isBroken(other) ? [broker, other] : [other, broker];
    const next = candidates.find((each) => !this.#givenUp.has(each));
    if (next === undefined) return undefined;
    if (outcome.kind === 'completed') this.#earlier = windowResult.parse(outcome.value);
    return movedTo(next, left, now());
  }

  #afterFailure(failure: Failure): WindowSpec | undefined {
    if (!isOfWindow(failure)) this.#following.balance?.broken(this.#window.broker);
    return isOfStore(failure) ? undefined : this.#window;
  }

  /** The days that the broker's answer does not speak for. */
  #unproven(outcome: Outcome): WindowSpec | undefined {
    const result = outcome.kind === 'completed' ? windowResult.safeParse(outcome.value) : undefined;
    const days = result?.data?.unproven;
    const [from, to] = [days?.[0], days?.at(-1)];
    return from === undefined || to === undefined ? undefined : { ...this.#window, from, to };
  }

  #count(outcome: Outcome): void {
    const { tally, aborted } = this.#following;
    const window = this.#window;
    if (outcome.kind === 'failed') tally.failed(window, readFailedReason(outcome.reason));
    else if (outcome.kind === 'completed') this.#countResult(outcome.value);
    else if (aborted()) tally.withdrawn();
    else tally.failed(window, failureOf(new WindowLost(window.id)));
  }

  #countResult(value: unknown): void {
    const { tally } = this.#following;
    const parsed = windowResult.safeParse(value);
    if (parsed.success) tally.done(this.#window, together(this.#earlier, parsed.data));
    else tally.failed(this.#window, unreadableResult(this.#window));
  }
}

/** What both brokers have brought of one window. */
const together = (earlier: WindowResult | undefined, result: WindowResult): WindowResult =>
  earlier === undefined
    ? result
    : {
        ...earlier,
        ...result,
        rows: earlier.rows + result.rows,
        inserted: earlier.inserted + result.inserted,
        updated: earlier.updated + result.updated,
        calls: earlier.calls + result.calls,
        unproven: result.unproven,
      };

const unreadableResult = ({ id }: WindowSpec): Failure => ({
  code: 'HUB_PAYLOAD_INVALID',
  message: `${id}: its worker reported what this version cannot read`,
  remedy: 'Run the same version on both sides of the queue.',
});

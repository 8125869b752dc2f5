import { brokerNames, estimatedCandleCalls, type BrokerName } from '@hub/client';
import { koreanDay, tradingDays } from '@hub/store';

import type { BrokerRates, WindowSpec } from '../queue/payload.js';

/** With less than this left a broker is about to run dry. */
const dryMs = 1_000;
/** What takes less than this is not worth moving. */
const worthMs = 500;
/** A broker that has ended nothing in twice the time that all its windows take, and this, is held to stand still. */
const patienceMs = 5_000;

/** The same window for the other broker. */
export const movedTo = (broker: BrokerName, window: WindowSpec, now: number): WindowSpec => {
  const { venue, interval, from, to } = window;
  const days = tradingDays(venue, from, to);
  return { ...window, broker, estimatedCalls: estimatedCandleCalls({ broker, venue, interval }, days, koreanDay(now)) };
};

export const otherBroker = (broker: BrokerName): BrokerName => (broker === 'kis' ? 'kiwoom' : 'kis');

/**
 * Which windows should change the broker so that both are busy to the end. The plan has split them by the published
 * rates; this corrects it when one broker is slower than that, or away: as soon as the other one runs dry, it gets a
 * fair part of what is left.
 */
export class Balance {
  readonly #open = new Map<string, WindowSpec>();
  readonly #progressAt: Record<BrokerName, number>;
  readonly #broken = new Set<BrokerName>();
  readonly #rates: BrokerRates;
  readonly #now: () => number;

  constructor(windows: readonly WindowSpec[], rates: BrokerRates, now: () => number) {
    for (const window of windows) this.#open.set(window.id, window);
    this.#rates = rates;
    this.#now = now;
    this.#progressAt = { kis: now(), kiwoom: now() };
  }

  /** A window has ended well. */
  done({ id, broker }: WindowSpec): void {
    this.#open.delete(id);
    this.#progressAt[broker] = this.#now();
    this.#broken.delete(broker);
  }

  /** A window has failed at a broker, for a reason that others would meet as well: it gets no more of them. */
  broken(broker: BrokerName): void {
    this.#broken.add(broker);
  }

  isBroken(broker: BrokerName): boolean {
    return this.#broken.has(broker);
  }

  /** A window has failed for good, or was taken back. */
  dropped({ id }: WindowSpec): void {
    this.#open.delete(id);
  }

  moved(window: WindowSpec): void {
    this.#open.delete(window.id); // to the end: what was moved last is the last to move back
    this.#open.set(window.id, window);
  }

  /**
   * Windows to offer to the broker that runs dry, latest first, each with its new form. As the first of them may be in
   * work already, there are more than are needed: stop when `enough` says so.
   */
  offers(): readonly { readonly from: WindowSpec; readonly to: WindowSpec }[] {
    const left = brokerNames.map((broker) => ({ broker, ms: this.leftMs(broker) }));
    const [dry, full] = left.sort((one, other) => one.ms - other.ms);
    if (dry === undefined || full === undefined || dry.ms > dryMs || this.#broken.has(dry.broker)) return [];
    if (full.ms - dry.ms < worthMs && !this.#standsStill(full.broker)) return [];
    return (
      [...this.#open.values()]
        // Windows of a backfill for one broker are waited for, not moved.
        .filter(({ broker, id }) => broker === full.broker && id.startsWith('auto.'))
        .reverse()
        .map((from) => ({ from, to: movedTo(dry.broker, from, this.#now()) }))
    );
  }

  /** One more window would make the other broker end later than this one does now. */
  enough({ from, to }: { readonly from: WindowSpec; readonly to: WindowSpec }): boolean {
    if (this.#standsStill(from.broker)) return false;
    return this.leftMs(to.broker) + this.#msOf(to) >= this.leftMs(from.broker);
  }

  #standsStill(broker: BrokerName): boolean {
    return this.#now() - this.#progressAt[broker] > patienceMs + 2 * this.leftMs(broker);
  }

  /** What the windows of a broker take at its published rate. */
  leftMs(broker: BrokerName): number {
    return [...this.#open.values()].reduce((sum, each) => sum + (each.broker === broker ? this.#msOf(each) : 0), 0);
  }

  #msOf({ broker, estimatedCalls }: WindowSpec): number {
    return (estimatedCalls / this.#rates[broker]) * 1_000;
  }
}

import type { DayFigures, Mark } from '../wire/live-trade.js';
import type { Day } from './kst.js';
import { tickSize } from './tick-size.js';
import type { Ticks } from './ticks.js';
import type { Trade } from './trades.js';

/** A trade with the figures of its day so far, this trade included. */
export interface LiveTrade extends Trade, DayFigures {
  readonly day: Day;
}

/** Walks through the trades of one day once, so that a live trade costs the same at noon and at the close. */
export class Tally {
  readonly #ticks: Ticks;
  readonly #day: Day;
  #index = 0;
  #bought = 0;
  #buys = 0;
  #open: Mark | undefined;
  #high: Mark | undefined;
  #low: Mark | undefined;

  constructor(ticks: Ticks, day: Day) {
    this.#ticks = ticks;
    this.#day = day;
  }

  /** How many trades it has passed. */
  get index(): number {
    return this.#index;
  }

  /** Passes the trades before number `end` without telling them. */
  skipTo(end: number): void {
    while (this.#index < end) this.#pass();
  }

  /** The trades up to number `end` (exclusive), oldest first. */
  readTo(end: number): LiveTrade[] {
    const trades: LiveTrade[] = [];
    while (this.#index < end) trades.push(this.#tell(this.#pass()));
    return trades;
  }

  #pass(): Mark {
    const index = this.#index;
    const mark = { price: this.#ticks.price[index] ?? 0, second: this.#ticks.second[index] ?? 0 };
    this.#open ??= mark;
    if (this.#high === undefined || mark.price > this.#high.price) this.#high = mark;
    if (this.#low === undefined || mark.price < this.#low.price) this.#low = mark;
    if (this.#ticks.buy[index] === 1) {
      this.#buys += 1;
      this.#bought += this.#ticks.size[index] ?? 0;
    }
    this.#index += 1;
    return mark;
  }

  #tell(mark: Mark): LiveTrade {
    const index = this.#index - 1;
    const { price, second } = mark;
    const buy = this.#ticks.buy[index] === 1;
    const step = tickSize(price);
    const dayVolume = this.#ticks.volume[index] ?? 0;
    const sold = dayVolume - this.#bought;
    return {
      day: this.#day,
      index,
      second,
      price,
      size: this.#ticks.size[index] ?? 0,
      buy,
      dayVolume,
      dayValue: this.#ticks.value[index] ?? 0,
      ask: buy ? price : price + step,
      bid: buy ? price - step : price,
      strength: sold === 0 ? 0 : (this.#bought / sold) * 100,
      open: this.#open ?? mark,
      high: this.#high ?? mark,
      low: this.#low ?? mark,
      bought: this.#bought,
      sold,
      buys: this.#buys,
      sells: this.#index - this.#buys,
    };
  }
}

import type { Session } from './calendar.js';
import { normal, type Random } from './random.js';
import type { SimSymbol } from './symbols.js';
import { onGrid } from './tick-size.js';

/** All trades of a symbol on one venue and day, oldest first, as columns. `volume` and `value` are cumulative. */
export interface Ticks {
  readonly count: number;
  /** Second of the KST day. */
  readonly second: Uint32Array;
  readonly price: Uint32Array;
  readonly size: Uint32Array;
  /** 1 = the buyer took the offer, 0 = the seller hit the bid. */
  readonly buy: Uint8Array;
  readonly volume: Float64Array;
  readonly value: Float64Array;
}

export const noTicks: Ticks = {
  count: 0,
  second: new Uint32Array(),
  price: new Uint32Array(),
  size: new Uint32Array(),
  buy: new Uint8Array(),
  volume: new Float64Array(),
  value: new Float64Array(),
};

/** Deviation of the price within one minute, relative. Gives about 1.2 % over a day. */
const MINUTE_DEVIATION = 0.0006;
const OPENING_DEVIATION = 0.004;
/** The exchange allows ±30 % a day; we stay well inside. */
const WIDEST = 0.28;

interface Minute {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

const minutesOf = (session: Session): Minute[] =>
  session.stretches.flatMap((stretch) => {
    const minutes: Minute[] = [];
    for (let start = Math.floor(stretch.from / 60) * 60; start < stretch.to; start += 60) {
      minutes.push({ start, from: Math.max(start, stretch.from), to: Math.min(start + 60, stretch.to) });
    }
    return minutes;
  });

export interface DayPlan {
  readonly session: Session;
  /** Close of the day before, KRW. */
  readonly from: number;
  /** Where the day has to end, KRW; the auction prints exactly this. */
  readonly to: number;
  /** Trades relative to the symbol's own rate: NXT is quieter than KRX. */
  readonly activity: number;
}

/** Growing columns, cut to length at the end. */
class Tape {
  #count = 0;
  #volume = 0;
  #value = 0;
  readonly #rows: number[] = [];

  add(second: number, price: number, size: number, buy: boolean): void {
    this.#volume += size;
    this.#value += price * size;
    this.#rows.push(second, price, size, buy ? 1 : 0, this.#volume, this.#value);
    this.#count += 1;
  }

  cut(): Ticks {
    const count = this.#count;
    const column = (offset: number) => (_: unknown, index: number) => this.#rows[index * 6 + offset] ?? 0;
    const length = { length: count };
    return {
      count,
      second: Uint32Array.from(length, column(0)),
      price: Uint32Array.from(length, column(1)),
      size: Uint32Array.from(length, column(2)),
      buy: Uint8Array.from(length, column(3)),
      volume: Float64Array.from(length, column(4)),
      value: Float64Array.from(length, column(5)),
    };
  }
}

/** A random walk bent so that it begins at `from` and ends at `to` (a Brownian bridge), one price per minute. */
const path = (random: Random, minutes: number, from: number, to: number): Float64Array => {
  const walk = new Float64Array(minutes + 1);
  for (let index = 1; index <= minutes; index++) {
    walk[index] = (walk[index - 1] ?? 0) + normal(random) * MINUTE_DEVIATION;
  }
  const drift = Math.log(to / from) - (walk[minutes] ?? 0);
  return walk.map((step, index) => from * Math.exp(step + (drift * index) / Math.max(1, minutes)));
};

const sizeOf = (random: Random, mean: number): number => Math.max(1, Math.round(mean * -Math.log(1 - random())));

/** Trades of one day. Same random stream, same trades. */
export const dayTicks = (symbol: SimSymbol, plan: DayPlan, random: Random): Ticks => {
  const minutes = minutesOf(plan.session);
  const open = plan.from * (1 + normal(random) * OPENING_DEVIATION);
  const prices = path(random, minutes.length, open, plan.to);
  const low = plan.from * (1 - WIDEST);
  const high = plan.from * (1 + WIDEST);
  const price = (level: number): number => onGrid(Math.min(high, Math.max(low, level)));
  const tape = new Tape();

  minutes.forEach((minute, index) => {
    if (random() < symbol.idleShare) return;
    const level = prices[index] ?? open;
    const next = prices[index + 1] ?? level;
    // Busy at both ends of the day, quiet at noon.
    const edge = Math.abs((2 * index) / minutes.length - 1);
    const mean = symbol.tradesPerMinute * plan.activity * (0.6 + 1.2 * edge * edge);
    const trades = 1 + Math.floor(random() * 2 * mean);
    const length = minute.to - minute.from;
    let second = minute.from;
    for (let trade = 0; trade < trades; trade++) {
      second += Math.floor((random() * 2 * (length - (second - minute.from))) / (trades - trade + 1));
      const share = (second - minute.start) / 60;
      const level0 = level + (next - level) * share;
      const noisy = level0 * (1 + normal(random) * MINUTE_DEVIATION);
      tape.add(Math.min(second, minute.to - 1), price(noisy), sizeOf(random, symbol.meanSize), random() < 0.5);
    }
  });
  if (plan.session.auctionAt !== undefined) {
    const second = plan.session.auctionAt + Math.floor(random() * 30);
    tape.add(second, plan.to, sizeOf(random, symbol.meanSize * 40), random() < 0.5);
  }
  return tape.cut();
};

/** Two tapes as one; within a second the first one's trades come first. */
export const mergeTicks = (first: Ticks, second: Ticks): Ticks => {
  const tape = new Tape();
  let left = 0;
  let right = 0;
  while (left < first.count || right < second.count) {
    const takeLeft =
      right >= second.count || (left < first.count && (first.second[left] ?? 0) <= (second.second[right] ?? 0));
    const source = takeLeft ? first : second;
    const index = takeLeft ? left++ : right++;
    tape.add(source.second[index] ?? 0, source.price[index] ?? 0, source.size[index] ?? 0, source.buy[index] === 1);
  }
  return tape.cut();
};

/** How many trades have happened by `second` (inclusive). */
export const ticksBy = (ticks: Ticks, second: number): number => {
  let low = 0;
  let high = ticks.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ticks.second[middle] ?? 0) <= second) low = middle + 1;
    else high = middle;
  }
  return low;
};

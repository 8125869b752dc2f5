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

const columns = (length: number): Omit<Ticks, 'count'> => ({
  second: new Uint32Array(length),
  price: new Uint32Array(length),
  size: new Uint32Array(length),
  buy: new Uint8Array(length),
  volume: new Float64Array(length),
  value: new Float64Array(length),
});

export const noTicks: Ticks = { count: 0, ...columns(0) };

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

/** Columns that grow by doubling and are cut to length at the end. */
class Tape {
  #count = 0;
  #volume = 0;
  #value = 0;
  #room: Omit<Ticks, 'count'> = columns(4_096);

  add(second: number, price: number, size: number, buy: boolean): void {
    if (this.#count === this.#room.second.length) this.#grow();
    this.#volume += size;
    this.#value += price * size;
    const at = this.#count;
    this.#room.second[at] = second;
    this.#room.price[at] = price;
    this.#room.size[at] = size;
    this.#room.buy[at] = buy ? 1 : 0;
    this.#room.volume[at] = this.#volume;
    this.#room.value[at] = this.#value;
    this.#count += 1;
  }

  cut(): Ticks {
    const { second, price, size, buy, volume, value } = this.#room;
    const count = this.#count;
    return {
      count,
      second: second.slice(0, count),
      price: price.slice(0, count),
      size: size.slice(0, count),
      buy: buy.slice(0, count),
      volume: volume.slice(0, count),
      value: value.slice(0, count),
    };
  }

  #grow(): void {
    const larger = columns(this.#count * 2);
    for (const name of ['second', 'price', 'size', 'buy', 'volume', 'value'] as const) {
      larger[name].set(this.#room[name]);
    }
    this.#room = larger;
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

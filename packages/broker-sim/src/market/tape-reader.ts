import type { Book } from './book.js';
import { previousTradingDay, type Venue } from './calendar.js';
import { kstDay, shiftDay, type Day } from './kst.js';
import type { Market } from './market.js';
import type { SimSymbol } from './symbols.js';
import { Tally, type LiveTrade } from './tally.js';

/** A place on the tape: the next trade is number `index` of `day`. */
export interface TapePlace {
  readonly day: Day;
  readonly index: number;
}

/** What the clock has passed on one tape since it was read last. */
export interface Passage {
  readonly symbol: SimSymbol;
  readonly venue: Venue;
  /** Oldest first. */
  readonly trades: readonly LiveTrade[];
  /** The book that the last trade left behind. */
  readonly book: Book;
  /** The close that today's prices are told against. */
  readonly previousClose: number;
  /** Shares, on the same venue. */
  readonly previousVolume: number;
}

/** The place of the first trade that the clock has not passed at `at` (epoch ms). */
export const placeAt = (market: Market, code: string, venue: Venue, at: number): TapePlace => {
  const day = kstDay(at);
  return { day, index: market.seen(code, venue, day, at) };
};

/** True for a trade at this place or behind it. */
export const isBehind = (place: TapePlace, { day, index }: TapePlace): boolean =>
  day > place.day || (day === place.day && index >= place.index);

/** Reads the trades of a symbol on a venue as the clock passes them, over midnight too. */
export class TapeReader {
  readonly #market: Market;
  readonly #symbol: SimSymbol;
  readonly #venue: Venue;
  #day: Day;
  #tally: Tally;

  constructor(market: Market, symbol: SimSymbol, venue: Venue, at: number) {
    this.#market = market;
    this.#symbol = symbol;
    this.#venue = venue;
    const { day, index } = placeAt(market, symbol.code, venue, at);
    this.#day = day;
    this.#tally = this.#tallyOf(day);
    this.#tally.skipTo(index);
  }

  /** Undefined when the clock passed no trade. */
  read(at: number): Passage | undefined {
    const { code } = this.#symbol;
    const today = kstDay(at);
    const trades: LiveTrade[] = [];
    while (this.#day < today) {
      trades.push(...this.#tally.readTo(this.#market.ticks(code, this.#venue, this.#day).count));
      this.#day = shiftDay(this.#day, 1);
      this.#tally = this.#tallyOf(this.#day);
    }
    trades.push(...this.#tally.readTo(this.#market.seen(code, this.#venue, this.#day, at)));
    const book = trades.length === 0 ? undefined : this.#market.book(code, this.#venue, at);
    if (book === undefined) return undefined;
    const day = this.#market.tradingDayAt(at);
    return {
      symbol: this.#symbol,
      venue: this.#venue,
      trades,
      book,
      previousClose: this.#market.reference(this.#symbol, day),
      previousVolume: this.#market.day(code, this.#venue, previousTradingDay(day))?.volume ?? 0,
    };
  }

  #tallyOf(day: Day): Tally {
    return new Tally(this.#market.ticks(this.#symbol.code, this.#venue, day), day);
  }
}

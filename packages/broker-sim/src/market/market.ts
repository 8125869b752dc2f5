import { dayBar, minuteBars, type Bar } from './bars.js';
import { bookAround, type Book } from './book.js';
import { isTradingDay, previousTradingDay, sessionOf, tradingDays, type Session, type Venue } from './calendar.js';
import { dayNumber, kstDay, kstSecond, type Day } from './kst.js';
import { Lru } from './lru.js';
import { normal, randomFrom } from './random.js';
import { splitFactor, type SimSymbol } from './symbols.js';
import { dailyLimits, onGrid, tickSize } from './tick-size.js';
import { dayTicks, mergeTicks, noTicks, ticksBy, type Ticks } from './ticks.js';
import { tradesBefore } from './trades.js';

/** One symbol that does not trade for one whole day. */
export interface HaltedDay {
  readonly symbol: string;
  readonly day: Day;
}

export interface MarketSettings {
  readonly seed: number;
  readonly symbols: readonly SimSymbol[];
  readonly haltedSymbolDays: readonly HaltedDay[];
}

/** What a quote screen shows at one instant. Without trades: price = previous close, the rest 0. */
export interface Quote {
  readonly symbol: SimSymbol;
  /** The trading day that the figures belong to. */
  readonly day: Day;
  readonly halted: boolean;
  readonly price: number;
  readonly previousClose: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly value: number;
}

interface Extreme {
  readonly price: number;
  readonly day: Day;
}

/** Highest and lowest close of a stretch of trading days. */
export interface CloseRange {
  readonly high: Extreme;
  readonly low: Extreme;
}

/** No daily bars before this day; the first trading day of that year. */
export const historyFrom: Day = '20230102';

/** Symbol-days of trades held in memory: about 100 KB each. */
const CACHED_TAPES = 512;
const CACHED_BARS = 2_048;
const CACHED_DAYS = 32_768;

/** Daily closes swing around the base price; days per swing and its relative height. */
const swings = [
  [241, 0.14],
  [57, 0.06],
  [19, 0.025],
] as const;
const CLOSE_DEVIATION = 0.008;

/**
 * Prices from a seed. Everything follows from the trades of (seed, symbol, venue, day), which are made when first asked
 * for; no state moves with the clock.
 */
export class Market {
  readonly symbols: ReadonlyMap<string, SimSymbol>;
  readonly #seed: number;
  readonly #halted: ReadonlySet<string>;
  readonly #tapes = new Lru<Ticks>(CACHED_TAPES);
  readonly #bars = new Lru<readonly Bar[]>(CACHED_BARS);
  readonly #days = new Lru<Bar | 'none'>(CACHED_DAYS);
  readonly #ranges = new Lru<CloseRange>(CACHED_BARS);

  constructor(settings: MarketSettings) {
    this.symbols = new Map(settings.symbols.map((symbol) => [symbol.code, symbol]));
    this.#seed = settings.seed;
    this.#halted = new Set(settings.haltedSymbolDays.map(({ symbol, day }) => `${symbol}|${day}`));
  }

  /** Whether nothing of this share traded on this day, `YYYYMMDD`. */
  halted(code: string, day: Day): boolean {
    return this.#halted.has(`${code}|${day}`);
  }

  /** Hours of a venue on this day, `YYYYMMDD`; undefined when it is closed. */
  session(venue: Venue, day: Day): Session | undefined {
    return sessionOf(venue, day);
  }

  /** Close of a trading day in KRW, without making its trades. A halted day keeps the close before it. In shares of `day`. */
  close(symbol: SimSymbol, day: Day): number {
    let traded = isTradingDay(day) ? day : previousTradingDay(day);
    while (this.halted(symbol.code, traded)) traded = previousTradingDay(traded);
    const phase = randomFrom(this.#seed, symbol.code, 'phase');
    const number = dayNumber(traded);
    const swing = swings.reduce(
      (sum, [days, height]) => sum + height * Math.sin(2 * Math.PI * (number / days + phase())),
      0,
    );
    const noise = normal(randomFrom(this.#seed, symbol.code, traded, 'close')) * CLOSE_DEVIATION;
    return onGrid(symbol.basePrice * splitFactor(symbol, day) * Math.exp(swing + noise));
  }

  /** The price that a trading day starts from: the close before it, in shares of the day. */
  reference(symbol: SimSymbol, day: Day): number {
    const before = previousTradingDay(day);
    const ratio = splitFactor(symbol, before) / splitFactor(symbol, day);
    const close = this.close(symbol, before);
    return ratio === 1 ? close : onGrid(close / ratio);
  }

  /** Range of the closes from `from` to `to`, both trading days, in shares of today. */
  closeRange(symbol: SimSymbol, from: Day, to: Day): CloseRange {
    return this.#ranges.get(`${symbol.code}|${from}|${to}`, () => {
      const closes = tradingDays(from, to).map((day) => ({
        day,
        price: this.close(symbol, day) / splitFactor(symbol, day),
      }));
      const start = { day: to, price: this.close(symbol, to) };
      return {
        high: closes.reduce((best, close) => (close.price > best.price ? close : best), start),
        low: closes.reduce((best, close) => (close.price < best.price ? close : best), start),
      };
    });
  }

  /** All trades of a day, also those that the clock has not reached. Empty for unknown, closed and halted. */
  ticks(code: string, venue: Venue, day: Day): Ticks {
    const symbol = this.symbols.get(code);
    const session = sessionOf(venue, day);
    if (symbol === undefined || session === undefined || this.halted(code, day)) return noTicks;
    return this.#tapes.get(`${code}|${venue}|${day}`, () =>
      venue === 'UN'
        ? mergeTicks(this.ticks(code, 'KRX', day), this.ticks(code, 'NXT', day))
        : dayTicks(
            symbol,
            {
              session,
              from: this.reference(symbol, day),
              to: this.close(symbol, day),
              activity: venue === 'KRX' ? 1 : 0.4,
            },
            randomFrom(this.#seed, code, venue, day),
          ),
    );
  }

  /** Minute bars of the whole day, oldest first. */
  bars(code: string, venue: Venue, day: Day): readonly Bar[] {
    return this.#bars.get(`${code}|${venue}|${day}`, () => minuteBars(this.ticks(code, venue, day)));
  }

  /** The daily bar of a finished day; undefined when nothing traded. */
  day(code: string, venue: Venue, day: Day): Bar | undefined {
    const bar = this.#days.get(`${code}|${venue}|${day}`, () => dayBar(this.ticks(code, venue, day)) ?? 'none');
    return bar === 'none' ? undefined : bar;
  }

  /** How many trades of `day` the clock has passed at `at` (epoch ms). */
  seen(code: string, venue: Venue, day: Day, at: number): number {
    const today = kstDay(at);
    if (day > today) return 0;
    const ticks = this.ticks(code, venue, day);
    return day < today ? ticks.count : ticksBy(ticks, Math.floor(kstSecond(at)));
  }

  /** Minute bars as they look at `at` (epoch ms); the newest may still be forming. */
  barsAt(code: string, venue: Venue, day: Day, at: number): readonly Bar[] {
    const bars = this.bars(code, venue, day);
    if (day < kstDay(at)) return bars;
    const ticks = this.ticks(code, venue, day);
    const seen = this.seen(code, venue, day, at);
    return seen === ticks.count ? bars : minuteBars(ticks, seen);
  }

  /** The daily bar as it looks at `at` (epoch ms). */
  dayAt(code: string, venue: Venue, day: Day, at: number): Bar | undefined {
    if (day < kstDay(at)) return this.day(code, venue, day);
    return dayBar(this.ticks(code, venue, day), this.seen(code, venue, day, at));
  }

  /** The day whose session is the latest at `at` (epoch ms): today, or the trading day before a closed day. */
  tradingDayAt(at: number): Day {
    const today = kstDay(at);
    return isTradingDay(today) ? today : previousTradingDay(today);
  }

  /** The latest state of a symbol at `at` (epoch ms); undefined for an unknown code. */
  quote(code: string, venue: Venue, at: number): Quote | undefined {
    const symbol = this.symbols.get(code);
    if (symbol === undefined) return undefined;
    const day = this.tradingDayAt(at);
    const previousClose = this.reference(symbol, day);
    const bar = this.dayAt(code, venue, day, at);
    return {
      symbol,
      day,
      halted: this.halted(code, day),
      price: bar?.close ?? previousClose,
      previousClose,
      open: bar?.open ?? 0,
      high: bar?.high ?? 0,
      low: bar?.low ?? 0,
      volume: bar?.volume ?? 0,
      value: bar?.value ?? 0,
    };
  }

  /** What waits on both sides at `at` (epoch ms); it changes with every trade. Undefined for an unknown code. */
  book(code: string, venue: Venue, at: number): Book | undefined {
    const quote = this.quote(code, venue, at);
    if (quote === undefined) return undefined;
    const { day, price, previousClose } = quote;
    const [last] = tradesBefore(this.ticks(code, venue, day), this.seen(code, venue, day, at), 1);
    const { ask = price + tickSize(price), bid = price, second = 0, index = -1 } = last ?? {};
    const random = randomFrom(this.#seed, code, venue, day, 'book', index);
    return bookAround({ ask, bid, second, limits: dailyLimits(previousClose) }, random);
  }
}

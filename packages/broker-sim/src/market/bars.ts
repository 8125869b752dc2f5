import { ticksBy, type Ticks } from './ticks.js';

/** One minute (or day) of trades. Prices in KRW, `value` is price × size summed over the bar. */
export interface Bar {
  /** Start, in minutes of the KST day; 0 for a daily bar. */
  readonly minute: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number;
  /** Cumulative from the start of the day to the end of this bar. */
  readonly dayVolume: number;
  readonly dayValue: number;
}

const barOf = (ticks: Ticks, minute: number, from: number, to: number): Bar => {
  let high = 0;
  let low = Number.POSITIVE_INFINITY;
  for (let index = from; index < to; index++) {
    const price = ticks.price[index] ?? 0;
    if (price > high) high = price;
    if (price < low) low = price;
  }
  const dayVolume = ticks.volume[to - 1] ?? 0;
  const dayValue = ticks.value[to - 1] ?? 0;
  return {
    minute,
    open: ticks.price[from] ?? 0,
    high,
    low,
    close: ticks.price[to - 1] ?? 0,
    volume: dayVolume - (ticks.volume[from - 1] ?? 0),
    value: dayValue - (ticks.value[from - 1] ?? 0),
    dayVolume,
    dayValue,
  };
};

/** Minute bars of the first `count` trades, oldest first. Minutes without trades are left out. */
export const minuteBars = (ticks: Ticks, count = ticks.count): Bar[] => {
  const bars: Bar[] = [];
  let from = 0;
  while (from < count) {
    const minute = Math.floor((ticks.second[from] ?? 0) / 60);
    const to = Math.min(count, ticksBy(ticks, minute * 60 + 59));
    bars.push(barOf(ticks, minute, from, to));
    from = to;
  }
  return bars;
};

/** The day so far, over the first `count` trades; undefined while there is none. */
export const dayBar = (ticks: Ticks, count = ticks.count): Bar | undefined =>
  count === 0 ? undefined : barOf(ticks, 0, 0, count);

/** A bar in shares of today: `factor` is how many of them one share of its day has become. */
export const adjusted = (bar: Bar, factor: number): Bar =>
  factor === 1
    ? bar
    : {
        ...bar,
        open: Math.round(bar.open / factor),
        high: Math.round(bar.high / factor),
        low: Math.round(bar.low / factor),
        close: Math.round(bar.close / factor),
        volume: bar.volume * factor,
        dayVolume: bar.dayVolume * factor,
      };

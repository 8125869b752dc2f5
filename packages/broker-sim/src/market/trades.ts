import type { TradeFigures } from '../wire/trade-figures.js';
import { tickSize } from './tick-size.js';
import type { Ticks } from './ticks.js';

/** One trade of a day. */
export interface Trade extends TradeFigures {
  /** Number within its day, from 0. */
  readonly index: number;
}

/** Volume bought at the offer by the first `count` trades. */
const boughtBy = (ticks: Ticks, count: number): number => {
  let bought = 0;
  for (let index = 0; index < count; index++) if (ticks.buy[index] === 1) bought += ticks.size[index] ?? 0;
  return bought;
};

/** The last `count` of the first `end` trades of a day, newest first. */
export const tradesBefore = (ticks: Ticks, end: number, count: number): Trade[] => {
  const trades: Trade[] = [];
  let bought = boughtBy(ticks, end);
  for (let index = end - 1; index >= Math.max(0, end - count); index--) {
    const price = ticks.price[index] ?? 0;
    const step = tickSize(price);
    const size = ticks.size[index] ?? 0;
    const dayVolume = ticks.volume[index] ?? 0;
    const buy = ticks.buy[index] === 1;
    trades.push({
      index,
      second: ticks.second[index] ?? 0,
      price,
      size,
      buy,
      dayVolume,
      dayValue: ticks.value[index] ?? 0,
      ask: buy ? price : price + step,
      bid: buy ? price - step : price,
      strength: bought === dayVolume ? 0 : (bought / (dayVolume - bought)) * 100,
    });
    if (buy) bought -= size;
  }
  return trades;
};

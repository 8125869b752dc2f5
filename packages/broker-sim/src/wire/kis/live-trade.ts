import type { Mark, PushedTrade } from '../live-trade.js';
import { decimal, hhmmss, signCode, whole } from '../text.js';
import { change } from './text.js';

export interface LiveTradeInput extends PushedTrade {
  readonly code: string;
  /** `YYYYMMDD`. */
  readonly day: string;
  /** Shares that wait at the best prices and on all levels. */
  readonly waiting: {
    readonly ask: number;
    readonly bid: number;
    readonly asks: number;
    readonly bids: number;
  };
}

const OPEN_AT = 9 * 3600;
const AFTER_MARKET_AT = 15 * 3600 + 40 * 60;

/** Part of the day by the clock of a normal day: 1 before the opening, 2 regular, 3 after the close. */
const part = (second: number): number => (second < OPEN_AT ? 1 : second < AFTER_MARKET_AT ? 2 : 3);

const percent = (share: number, all: number): string => decimal(all === 0 ? 0 : (share / all) * 100);

/** Three fields: when, and how the price lies to it. */
const against = (price: number, mark: Mark): string[] => [
  hhmmss(mark.second),
  signCode(price - mark.price),
  whole(price - mark.price),
];

/** H0STCNT0 and its twins of NXT and both: 46 fields and MARKET_CLS_CODE, which came on 2026-09-14. */
export const tradeRecord = (trade: LiveTradeInput, extraFields = 0): string => {
  const { price, second, size, dayVolume, open, high, low, waiting } = trade;
  const { prdy_vrss_sign, prdy_vrss, prdy_ctrt } = change(price, trade.previousClose);
  const phase = part(second);
  return [
    trade.code,
    hhmmss(second),
    whole(price),
    prdy_vrss_sign,
    prdy_vrss,
    prdy_ctrt,
    decimal(trade.dayValue / dayVolume),
    whole(open.price),
    whole(high.price),
    whole(low.price),
    whole(trade.ask),
    whole(trade.bid),
    whole(size),
    whole(dayVolume),
    whole(trade.dayValue),
    whole(trade.sells),
    whole(trade.buys),
    whole(trade.buys - trade.sells),
    decimal(trade.strength),
    whole(trade.sold),
    whole(trade.bought),
    trade.buy ? '1' : '5',
    percent(trade.bought, dayVolume),
    percent(dayVolume, trade.previousVolume),
    ...against(price, open),
    ...against(price, high),
    ...against(price, low),
    trade.day,
    `${String(phase)}0`,
    'N',
    whole(waiting.ask),
    whole(waiting.bid),
    whole(waiting.asks),
    whole(waiting.bids),
    percent(dayVolume, trade.listedShares),
    // The volume of yesterday by this time is not kept.
    '0',
    '0.00',
    '0',
    '',
    whole(trade.previousClose),
    String(phase),
    ...Array.from({ length: extraFields }, () => '0'),
  ].join('^');
};

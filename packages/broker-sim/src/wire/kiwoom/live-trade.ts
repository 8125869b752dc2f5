import type { PushedTrade } from '../live-trade.js';
import { decimal, hhmmss, signCode, whole } from '../text.js';
import { directed, millions, rate, signed, signedRate } from './text.js';

export interface LiveTradeInput extends PushedTrade {
  /** `KRX`, `NXT` or `통합`. */
  readonly exchange: string;
}

const OPEN_AT = 9 * 3600;
const AFTER_MARKET_AT = 15 * 3600 + 40 * 60;
const HUNDRED_MILLION = 100_000_000;

/** By the clock of a normal day: 1 before the opening, 2 regular, 3 after the close. */
const phase = (second: number): string => (second < OPEN_AT ? '1' : second < AFTER_MARKET_AT ? '2' : '3');

const share = (part: number, all: number): number => (all === 0 ? 0 : (part / all) * 100);

/** A day without this event. */
const NEVER = '000000';

/** 0B. Prices are signed by their direction, the size by its side; what no trade can tell is zero. */
export const tradeValues = (trade: LiveTradeInput): Readonly<Record<string, string>> => {
  const { price, size, buy, dayVolume, previousClose: base, open, high, low } = trade;
  const side = buy ? '+' : '-';
  return {
    '20': hhmmss(trade.second),
    '10': directed(price, base),
    '11': signed(price - base),
    '12': rate(price, base),
    '27': directed(trade.ask, base),
    '28': directed(trade.bid, base),
    '15': `${side}${whole(size)}`,
    '13': whole(dayVolume),
    '14': millions(trade.dayValue),
    '16': directed(open.price, base),
    '17': directed(high.price, base),
    '18': directed(low.price, base),
    '25': signCode(price - base),
    '26': signed(dayVolume - trade.previousVolume),
    '29': '0',
    '30': signedRate(share(dayVolume, trade.previousVolume)),
    '31': decimal(share(dayVolume, trade.listedShares)),
    '32': '0',
    '228': decimal(trade.strength),
    '311': whole((trade.listedShares * price) / HUNDRED_MILLION),
    '290': phase(trade.second),
    '691': '0',
    '567': NEVER,
    '568': NEVER,
    '851': '',
    '1890': hhmmss(open.second),
    '1891': hhmmss(high.second),
    '1892': hhmmss(low.second),
    '1030': whole(trade.sold),
    '1031': whole(trade.bought),
    '1032': signedRate(share(trade.bought, dayVolume)),
    '1071': whole(trade.sells),
    '1072': whole(trade.buys),
    '1313': `${side}${whole((price * size) / 1_000)}`,
    '1315': buy ? ' 0' : `-${whole(size)}`,
    '1316': buy ? `+${whole(size)}` : ' 0',
    '1314': signed(trade.bought - trade.sold),
    '1497': '',
    '1498': '',
    '620': '0',
    '732': '',
    '852': '',
    '9081': trade.exchange,
  };
};

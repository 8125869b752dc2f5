import { hhmmss, signCode, whole } from '../text.js';
import { directed, signed, signedRate } from './text.js';

interface Level {
  readonly price: number;
  readonly size: number;
}

export interface LiveBookInput {
  /** Second of the KST day of the last change. */
  readonly second: number;
  /** The best first. */
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
  readonly dayVolume: number;
  readonly previousClose: number;
  /** `KRX`, `NXT` or `통합`: where everybody of this book waits. */
  readonly exchange: string;
}

type Values = Record<string, string>;

const LEVELS = 10;

/** Ten fields in a row, from number `first` on. */
const ten = (first: number, text: (level: number) => string): Values =>
  Object.fromEntries(Array.from({ length: LEVELS }, (_none, level) => [String(first + level), text(level)]));

const zeros = (first: number): Values => ten(first, () => '0');

const sizes = (first: number, levels: readonly Level[]): Values =>
  ten(first, (level) => whole(levels[level]?.size ?? 0));

const total = (levels: readonly Level[]): number => levels.reduce((sum, { size }) => sum + size, 0);

const share = (part: number, all: number): string => signedRate(all === 0 ? 0 : (part / all) * 100);

/** Expected prices: there is no auction. */
const expected: Values = Object.fromEntries(
  ['23', '24', '200', '201', '238', '291', '292', '293', '294', '295', '299'].map((name) => [name, '0']),
);

/** Part of one exchange of both: sides of ten fields each, then their sums. */
const part = (first: number, asks: readonly Level[], bids: readonly Level[]): Values => ({
  ...sizes(first, asks),
  ...sizes(first + LEVELS, bids),
  [String(first + 2 * LEVELS)]: whole(total(asks)),
  [String(first + 2 * LEVELS + 1)]: whole(total(bids)),
});

/** Midpoint prices: nobody waits there. */
const midpoints: Values = Object.fromEntries(
  Array.from({ length: 16 }, (_none, index) => [String(6_100 + index), '0']),
);

/** 0D: ten levels a side. Prices are signed by their direction; no size has just changed. */
export const bookValues = (book: LiveBookInput): Readonly<Record<string, string>> => {
  const { asks, bids, previousClose: base, exchange } = book;
  const [askTotal, bidTotal] = [total(asks), total(bids)];
  const onNxt = exchange === 'NXT';
  return {
    '21': hhmmss(book.second),
    ...ten(41, (level) => directed(asks[level]?.price ?? 0, base)),
    ...ten(51, (level) => directed(bids[level]?.price ?? 0, base)),
    ...sizes(61, asks),
    ...sizes(71, bids),
    ...zeros(81),
    ...zeros(91),
    '121': whole(askTotal),
    '122': '0',
    '125': whole(bidTotal),
    '126': '0',
    ...expected,
    '238': signCode(0),
    '293': signCode(0),
    '128': signed(bidTotal - askTotal),
    '129': share(bidTotal, askTotal),
    '138': signed(askTotal - bidTotal),
    '139': share(askTotal, bidTotal),
    ...zeros(621),
    ...zeros(631),
    '13': whole(book.dayVolume),
    '215': '3',
    '216': '',
    ...part(6_044, onNxt ? [] : asks, onNxt ? [] : bids),
    ...part(6_066, onNxt ? asks : [], onNxt ? bids : []),
    ...midpoints,
  };
};

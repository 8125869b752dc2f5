import { hhmmss, whole } from '../text.js';
import { change } from './text.js';

interface Level {
  readonly price: number;
  readonly size: number;
}

export interface LiveBookInput {
  readonly code: string;
  /** Second of the KST day of the last change. */
  readonly second: number;
  /** The best first. */
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
  readonly dayVolume: number;
  readonly previousClose: number;
}

/** Ten fields; `0` where the level is empty. */
const ten = (levels: readonly Level[], name: keyof Level): string[] =>
  Array.from({ length: 10 }, (_none, index) => whole(levels[index]?.[name] ?? 0));

const total = (levels: readonly Level[]): string => whole(levels.reduce((sum, { size }) => sum + size, 0));

/** Midpoint prices of KRX and NXT: nobody waits there. */
const midpoints = ['0', '0', '', '0', '0', ''];

/**
 * H0STASP0: 59 fields; six more on NXT and on both (`midpoint`). There is no auction to expect a price from, and no size
 * has just changed.
 */
export const bookRecord = (
  { code, second, asks, bids, dayVolume, previousClose }: LiveBookInput,
  { midpoint = false, extraFields = 0 } = {},
): string => {
  const { prdy_vrss, prdy_vrss_sign, prdy_ctrt } = change(previousClose, previousClose);
  return [
    code,
    hhmmss(second),
    '0',
    ...ten(asks, 'price'),
    ...ten(bids, 'price'),
    ...ten(asks, 'size'),
    ...ten(bids, 'size'),
    total(asks),
    total(bids),
    '0',
    '0',
    '0',
    '0',
    '0',
    prdy_vrss,
    prdy_vrss_sign,
    prdy_ctrt,
    whole(dayVolume),
    '0',
    '0',
    '0',
    '0',
    '',
    ...(midpoint ? midpoints : []),
    ...Array.from({ length: extraFields }, () => '0'),
  ].join('^');
};

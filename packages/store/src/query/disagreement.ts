import type { BarInterval, Venue } from '../database/index.js';
import type { CandleRow } from './candle.js';

/** Every verdict, the best first. */
export const verdicts = ['HIGH', 'MEDIUM', 'LOW'] as const;
/**
 * How far a bar can be trusted on which the two brokers do not agree:
 * `HIGH` equal prices, volume and value within 1 % · `MEDIUM` each price within one step of the exchange's grid, volume
 * and value within 5 % · `LOW` everything else.
 */
export type Verdict = (typeof verdicts)[number];

/** What one broker says of a bar, as in `CandleRow`, and the batch that brought it. */
export interface BrokerBar extends Pick<CandleRow, 'open' | 'high' | 'low' | 'close' | 'volume' | 'value'> {
  /** Of the batch that was written with these values. */
  readonly batchId: string;
}

/** A bar of which `REST_API_KIS` and `REST_API_KIWOOM` tell different things on the same venue. */
export interface Disagreement {
  readonly symbol: string;
  readonly venue: Venue;
  readonly interval: BarInterval;
  /** Start of the bar, UTC epoch ms. */
  readonly startMs: number;
  readonly verdict: Verdict;
  /** When the store first held both, UTC epoch ms. Stays while they disagree, whatever they say later. */
  readonly noticedAtMs: number;
  readonly kis: BrokerBar;
  readonly kiwoom: BrokerBar;
}

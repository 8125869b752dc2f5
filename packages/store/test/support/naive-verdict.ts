import type { BrokerBar, CandleRow, Disagreement } from '../../src/index.js';

// The same rules as in the file's macros, written one bar at a time and to be read, not to be fast.

const step = (price: number): number => {
  if (price >= 500_000) return 1_000;
  if (price >= 200_000) return 500;
  if (price >= 50_000) return 100;
  if (price >= 20_000) return 50;
  if (price >= 5_000) return 10;
  return price >= 2_000 ? 5 : 1;
};

const isPriceNear = (a: number, b: number): boolean => Math.max(a, b) <= Math.min(a, b) + step(Math.min(a, b));
const isWithin = (percent: number, a: number, b: number): boolean => Math.abs(a - b) * 100 <= Math.max(a, b) * percent;
const isSameValue = (a: number | null, b: number | null): boolean =>
  a === null || b === null || Math.abs(a - b) < 1_000_000;

export const naiveVerdict = (kis: CandleRow, kiwoom: CandleRow): Disagreement['verdict'] | null => {
  const prices = (['open', 'high', 'low', 'close'] as const).map((name) => [kis[name], kiwoom[name]] as const);
  const isSamePrices = prices.every(([a, b]) => a === b);
  const isSameAmounts = kis.volume === kiwoom.volume && isSameValue(kis.value, kiwoom.value);
  const areAmountsWithin = (percent: number): boolean =>
    isWithin(percent, kis.volume, kiwoom.volume) &&
    (isSameValue(kis.value, kiwoom.value) || isWithin(percent, kis.value ?? 0, kiwoom.value ?? 0));
  if (isSamePrices && isSameAmounts) return null;
  if (isSamePrices && areAmountsWithin(1)) return 'HIGH';
  return prices.every(([a, b]) => isPriceNear(a, b)) && areAmountsWithin(5) ? 'MEDIUM' : 'LOW';
};

export const brokerBar = (row: CandleRow, batchId: string): BrokerBar => {
  const { open, high, low, close, volume, value } = row;
  return { open, high, low, close, volume, value, batchId };
};

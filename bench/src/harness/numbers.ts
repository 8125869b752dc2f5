/** Epoch ms with fractions: comparable between the processes of one machine. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);

/** The value below which this share of them lies; 0 when there are none. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

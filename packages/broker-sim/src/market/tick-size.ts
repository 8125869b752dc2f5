/** Smallest price step in KRW by price, KRX rule since 2023-01-25: [below this price, step]. */
const steps = [
  [2_000, 1],
  [5_000, 5],
  [20_000, 10],
  [50_000, 50],
  [200_000, 100],
  [500_000, 500],
] as const;

export const tickSize = (price: number): number => steps.find(([below]) => price < below)?.[1] ?? 1_000;

/** The nearest price on the grid, at least one step. */
export const onGrid = (price: number): number => {
  const step = tickSize(price);
  return Math.max(step, Math.round(price / step) * step);
};

/** Upper and lower daily limit: 30 % around the base price, cut to the grid. */
export const dailyLimits = (base: number): { upper: number; lower: number } => {
  const cut = (price: number, round: (steps: number) => number): number => {
    const step = tickSize(price);
    return round(price / step) * step;
  };
  return { upper: cut(base * 1.3, Math.floor), lower: cut(base * 0.7, Math.ceil) };
};

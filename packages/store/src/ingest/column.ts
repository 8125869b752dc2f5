import { DECIMAL, DuckDBDecimalValue } from '@duckdb/node-api';

export const price = DECIMAL(18, 4);
export const value = DECIMAL(24, 4);
const decimals = 10_000;

/** Whole won and the fraction apart: traded values times 10 000 leave the exact range of a double. */
export const decimal = (amount: number, { width }: { width: number }): DuckDBDecimalValue => {
  const scaledAmount = amount * decimals;
  // What most prices are: whole, and in the exact range after scaling.
  if (Number.isInteger(amount) && Number.isSafeInteger(scaledAmount))
    return new DuckDBDecimalValue(BigInt(scaledAmount), width, 4);
  const whole = Math.floor(amount);
  const scaled = BigInt(whole) * BigInt(decimals) + BigInt(Math.round((amount - whole) * decimals));
  return new DuckDBDecimalValue(scaled, width, 4);
};

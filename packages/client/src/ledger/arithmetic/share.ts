/** A part of the whole line from 0 to `whole`, `low` included and `high` not. Disjoint parts never share a slot. */
export interface Part {
  readonly low: number;
  readonly high: number;
}

/** The line is divided in whole steps, so that Lua and JavaScript agree on every part. */
export const whole = 1_000_000;

export const nothing: Part = { low: 0, high: 0 };

const isNothing = ({ low, high }: Part): boolean => high <= low;

/**
 * How many slots of a pool a part stands for. Disjoint parts never add up to more than the pool, and parts that cover the
 * line add up to exactly the pool.
 */
export const slotsOfPart = ({ low, high }: Part, pool: number): number =>
  Math.max(0, Math.ceil((high * pool) / whole) - Math.ceil((low * pool) / whole));

/** At least as many as a part stands for in this pool and in any smaller one: its holder may have heard of a smaller limit. */
export const mostOfPart = ({ low, high }: Part, pool: number): number =>
  Math.ceil((Math.max(0, high - low) * pool) / whole);

/** The smallest part that covers both. */
export const hull = (one: Part, other: Part): Part => {
  if (isNothing(one)) return other;
  if (isNothing(other)) return one;
  return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
};

/** What is left of a part when another is taken out of it. */
export const without = (part: Part, taken: Part): Part[] => {
  if (isNothing(taken) || taken.high <= part.low || taken.low >= part.high) return isNothing(part) ? [] : [part];
  const left = { low: part.low, high: taken.low };
  const right = { low: taken.high, high: part.high };
  return [left, right].filter((each) => !isNothing(each));
};

/** The part of the member in this place of `count`, less what others still hold: the largest piece of it. */
export const deal = (place: number, count: number, held: readonly Part[]): Part => {
  let pieces: Part[] = [{ low: Math.floor((place * whole) / count), high: Math.floor(((place + 1) * whole) / count) }];
  for (const taken of held) pieces = pieces.flatMap((piece) => without(piece, taken));
  return pieces.reduce((best, piece) => (piece.high - piece.low > best.high - best.low ? piece : best), nothing);
};

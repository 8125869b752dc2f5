/** A number from 0 up to but not including 1. */
export type Draw = () => number;

/** Numbers that follow from the seed (mulberry32), so that a run can be repeated in its decisions. */
export const drawing = (seed: number): Draw => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** The seed of a command line; throws for anything but a whole number. */
export const seedIn = (given: string | undefined): number => {
  const seed = Number(given ?? 1);
  if (!Number.isInteger(seed)) throw new Error(`--seed: ${given ?? ''} is no whole number`);
  return seed;
};

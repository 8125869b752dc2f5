/** A stream of numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/** FNV-1a over the parts, so that every (seed, symbol, venue, day) has a stream of its own. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
};

/** Mulberry32: small, fast and good enough for prices. */
export const randomFrom = (...parts: readonly (string | number)[]): Random => {
  let state = hash(parts.join('|'));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Roughly normal, mean 0 and deviation 1, never beyond ±6: the sum of twelve would do, four scaled are faster. */
export const normal = (random: Random): number => (random() + random() + random() + random() - 2) * Math.sqrt(3);

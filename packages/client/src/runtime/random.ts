/** A number in [0, 1). Injected so that jitter can be tested. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/** `ms` ± `share` of it. */
export const jittered = (ms: number, share: number, random: Random): number => ms * (1 + share * (2 * random() - 1));

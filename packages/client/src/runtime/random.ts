/** A number in [0, 1). Injected so that jitter can be tested. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/** `ms` ± `share` of it. */
export const jittered = (ms: number, share: number, random: Random): number => ms * (1 + share * (2 * random() - 1));

/**
 * A pause before the next attempt: anywhere between `baseMs` and three times the pause before, `capMs` at most. Callers that
 * failed together drift apart from one attempt to the next, which doubled pauses with a little jitter do not.
 */
export const decorrelated = (
  { baseMs, capMs, previousMs }: { readonly baseMs: number; readonly capMs: number; readonly previousMs: number },
  random: Random,
): number => {
  const longest = Math.max(baseMs, 3 * previousMs);
  return Math.min(capMs, baseMs + random() * (longest - baseMs));
};

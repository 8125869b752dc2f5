/** Urgent demand is expected to go on for so long after it was last seen. */
export const urgentForMs = 10_000;

/** Whether grants of `backfill` keep their distance all the time, so that an urgent call finds a slot soon. */
export const spreads = (urgentAt: number, now: number): boolean => now - urgentAt < urgentForMs;

/** The earliest start of a further backfill, one even distance after the last. */
export const pacedStart = (
  { pacedAt, limit, windowMs }: { readonly pacedAt: number; readonly limit: number; readonly windowMs: number },
  now: number,
): number => (pacedAt <= 0 ? now : Math.max(now, pacedAt + Math.floor(windowMs / Math.max(1, limit))));

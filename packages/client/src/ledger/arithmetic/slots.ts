/** Busy slots of one budget: permit id → the instant from which its slot is free. */
export type Slots = Map<string, number>;

/**
 * The instants at which the next `count` slots of a budget come free for certain, one after the other: the n-th further
 * permit must not start before the n-th of them. `capacity` may be smaller than the number of busy slots.
 */
export const freeTimes = (
  slots: Slots,
  { capacity, windowMs, count, now }: { capacity: number; windowMs: number; count: number; now: number },
): number[] => {
  const latest = [...slots.values()].sort((left, right) => right - left);
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const rank = capacity - 1 - index;
    if (capacity < 1) times.push(Number.POSITIVE_INFINITY);
    // The same slots once more: busy again from their first use on, so at least one window later.
    else if (rank < 0) times.push((times[index - capacity] ?? now) + Math.max(1, windowMs));
    else times.push(Math.max(now, latest[rank] ?? now));
  }
  return times;
};

/** A further permit: its slot is busy until the lease has ended and one window more. Completion shortens that. */
export const occupy = (
  slots: Slots,
  { permitId, start, leaseMs, windowMs }: { permitId: string; start: number; leaseMs: number; windowMs: number },
): void => {
  slots.set(permitId, start + leaseMs + windowMs);
};

/** The answer came at `answeredAt`: the slot is free one window later, or earlier if its lease says so. */
export const complete = (slots: Slots, windowMs: number, permitId: string, answeredAt: number): void => {
  const end = slots.get(permitId);
  if (end !== undefined) slots.set(permitId, Math.min(end, answeredAt + windowMs));
};

/** Slots that are free already say nothing any more. */
export const dropFree = (slots: Slots, now: number): void => {
  for (const [permitId, end] of slots) if (end <= now) slots.delete(permitId);
};

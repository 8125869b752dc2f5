import type { JournalEntry } from '@hub/broker-sim';

export interface Repeats {
  /** Pages that were asked for again though their first answer could have been kept. */
  readonly kept: number;
  /** Pages whose first call was under way, or just answered, when its worker was killed. */
  readonly underWay: number;
}

/** Pages that were asked for more than once, by whether a kill explains it. */
export const repeatsOf = (
  entries: readonly JournalEntry[],
  killedAt: readonly number[],
  underWayMs: number,
): Repeats => {
  const first = new Map<string, JournalEntry>();
  let [kept, underWay] = [0, 0];
  for (const entry of entries) {
    const before = first.get(entry.question);
    if (before !== undefined) {
      const [left, home] = [before.sentAt, before.answeredAt ?? Number.POSITIVE_INFINITY];
      if (killedAt.some((at) => left <= at && home >= at - underWayMs)) underWay += 1;
      else kept += 1;
    }
    first.set(entry.question, entry);
  }
  return { kept, underWay };
};

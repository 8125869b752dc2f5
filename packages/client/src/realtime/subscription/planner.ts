import { priorities, type Priority } from '../../ledger/contract.js';

/** Which key carries which feed. */
export interface Plan {
  /** Counts the plans of a pool. */
  readonly version: number;
  /** Those of one key in the order in which they came. */
  readonly feeds: Readonly<Record<string, Slot>>;
  /** Wanted, and no slot is left: by the feed's text. */
  readonly refused: readonly string[];
  /** Feeds that a consumer may not have, by consumer and feed; absent where there are none. */
  readonly denied?: Readonly<Record<string, Readonly<Record<string, Denial>>>>;
}

/** Why somebody may not have a feed. */
export interface Denial {
  /** The name in its token, where that proves something; else `somebody`. */
  readonly caller: string;
  readonly why: string;
  readonly remedy: string;
}

export interface Slot {
  readonly keyId: string;
  /** Nobody has wanted it since then, server time; absent while somebody does. */
  readonly idleSince?: number;
}

export interface PlanQuestion {
  /** Server time, ms. */
  readonly now: number;
  /** The most urgent want of each feed. */
  readonly wants: ReadonlyMap<string, Priority>;
  /** Registrations that each key may have. */
  readonly keys: ReadonlyMap<string, number>;
  readonly before: Plan;
  /** Keys that a feed leaves for another one where one has room: it stays mute there. */
  readonly leaving?: ReadonlyMap<string, string>;
  /** How long a feed that nobody wants keeps its slot. */
  readonly graceMs: number;
}

export const noPlan: Plan = { version: 0, feeds: {}, refused: [] };

const rank = (priority: Priority | undefined): number =>
  priority === undefined ? priorities.length : priorities.indexOf(priority);

/**
 * Spreads feeds over keys. Whoever has a slot keeps it (each move costs two control messages and a gap): newcomers go to the key
 * with the most room, feeds that nobody wants give way first, then those of a lower class.
 */
export const planSlots = ({ now, wants, keys, before, graceMs, leaving = new Map() }: PlanQuestion): Plan => {
  const byKey = new Map([...keys].map(([keyId]) => [keyId, new Map<string, number | undefined>()]));
  for (const [feed, { keyId, idleSince }] of Object.entries(before.feeds)) {
    const idle = wants.has(feed) ? undefined : (idleSince ?? now);
    if (idle === undefined || now - idle < graceMs) byKey.get(keyId)?.set(feed, idle);
  }
  /** The first to go: idle ones, the longest idle before the others, then the lowest class, then the last to come. */
  const weakest = (feeds: ReadonlyMap<string, number | undefined>): string | undefined =>
    [...feeds]
      .reverse()
      .sort(
        ([left, leftIdle], [right, rightIdle]) =>
          rank(wants.get(right)) - rank(wants.get(left)) || (leftIdle ?? 0) - (rightIdle ?? 0),
      )
      .at(0)?.[0];
  for (const [keyId, feeds] of byKey) {
    for (let over = feeds.size - (keys.get(keyId) ?? 0); over > 0; over -= 1) feeds.delete(weakest(feeds) ?? '');
  }
  const room = (keyId: string): number => (keys.get(keyId) ?? 0) - (byKey.get(keyId)?.size ?? 0);
  const roomiest = (others: readonly string[]): string | undefined => {
    const [first] = [...others].sort((left, right) => room(right) - room(left) || (left < right ? -1 : 1));
    return first !== undefined && room(first) > 0 ? first : undefined;
  };
  for (const [feed, keyId] of leaving) {
    const next = roomiest([...keys.keys()].filter((each) => each !== keyId));
    const before = byKey.get(keyId);
    if (next === undefined || before?.has(feed) !== true) continue;
    byKey.get(next)?.set(feed, before.get(feed));
    before.delete(feed);
  }
  const refused: string[] = [];
  const placed = new Set([...byKey.values()].flatMap((feeds) => [...feeds.keys()]));
  const newcomers = [...wants]
    .filter(([feed]) => !placed.has(feed))
    .sort(([left, leftClass], [right, rightClass]) => rank(leftClass) - rank(rightClass) || (left < right ? -1 : 1));
  for (const [feed, priority] of newcomers) {
    const free = roomiest([...keys.keys()]);
    if (free !== undefined) {
      byKey.get(free)?.set(feed, undefined);
      continue;
    }
    const [keyId, loser] =
      [...byKey]
        .map(([key, feeds]) => [key, weakest(feeds)] as const)
        .filter(([, each]) => each !== undefined && rank(wants.get(each)) > rank(priority))
        .sort(([, left], [, right]) => rank(wants.get(right ?? '')) - rank(wants.get(left ?? '')))[0] ?? [];
    if (keyId === undefined || loser === undefined) {
      refused.push(feed);
      continue;
    }
    byKey.get(keyId)?.delete(loser);
    byKey.get(keyId)?.set(feed, undefined);
    if (wants.has(loser)) refused.push(loser);
  }
  const feeds: Record<string, Slot> = {};
  for (const [keyId, each] of byKey) {
    for (const [feed, idleSince] of each) feeds[feed] = idleSince === undefined ? { keyId } : { keyId, idleSince };
  }
  // A feed that lost its slot to a key that narrowed is refused too, unless another key took it.
  return { version: before.version + 1, feeds, refused: refused.sort() };
};

/** Whether it says the same: a plan that changes nothing is not stored. */
export const isSamePlan = (left: Plan, right: Plan): boolean => textOf(left) === textOf(right);

const textOf = ({ feeds, refused, denied = {} }: Plan): string =>
  JSON.stringify([
    Object.entries(feeds)
      .map(([feed, { keyId, idleSince }]) => [feed, keyId, idleSince !== undefined].join(' '))
      .sort(),
    refused,
    denied,
  ]);

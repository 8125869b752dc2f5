import { patienceMs, priorities, type Priority } from '../contract.js';

/** The waiters of one process for one set of budgets, class and caller; they are served in the order of their arrival. */
export interface LaneState {
  /** Unique within the account. */
  readonly key: string;
  readonly member: string;
  readonly priority: Priority;
  /** Whose share it is: callers of the same class get theirs by weight. */
  readonly flow: string;
  readonly weight: number;
  /** Virtual deadline of the waiter at its head. */
  due: number;
  want: number;
  readonly budgets: readonly { readonly name: string; readonly units: number }[];
  /** Until then its turn is kept for it, though it has not come yet. */
  until: number;
  /** Which turn it had last on the paper of the present plan; 0: none. */
  turn: number;
}

/** Start-time fair queueing: virtual time per class, and per class and flow the tag at which its next turn starts. */
export interface Turns {
  readonly time: Map<Priority, number>;
  readonly next: Map<string, number>;
}

const flowKey = ({ priority, flow }: LaneState): string => `${priority}:${flow}`;

const startTag = (lane: LaneState, { time, next }: Turns): number =>
  Math.max(time.get(lane.priority) ?? 0, next.get(flowKey(lane)) ?? 0);

/**
 * Whose turn it is. The class whose most pressing lane has the earliest virtual deadline; within it the caller that is
 * furthest behind its share; within that the lane that has waited longest.
 */
export const pick = (lanes: readonly LaneState[], turns: Turns): LaneState | undefined => {
  let urgent: LaneState | undefined;
  for (const lane of lanes) {
    if (urgent === undefined || comesFirst(lane, urgent)) urgent = lane;
  }
  let best: LaneState | undefined;
  for (const lane of lanes) {
    if (lane.priority !== urgent?.priority) continue;
    const difference = best === undefined ? -1 : startTag(lane, turns) - startTag(best, turns);
    if (best === undefined || difference < 0 || (difference === 0 && comesFirst(lane, best))) best = lane;
  }
  return best;
};

const comesFirst = (one: LaneState, other: LaneState): boolean => {
  if (one.due !== other.due) return one.due < other.due;
  if (one.turn !== other.turn) return one.turn < other.turn;
  const ranks = priorities.indexOf(one.priority) - priorities.indexOf(other.priority);
  return ranks === 0 ? one.key < other.key : ranks < 0;
};

/** The lane has had a turn: its caller's next one starts later, and the waiter behind becomes the head now. */
export const takeTurn = (lane: LaneState, turns: Turns, now: number, turn: number): void => {
  const start = startTag(lane, turns);
  turns.time.set(lane.priority, start);
  turns.next.set(flowKey(lane), start + 1 / lane.weight);
  lane.want -= 1;
  lane.due = Math.max(lane.due, now + patienceMs[lane.priority]);
  lane.turn = turn;
};

/** So many turns at once, where nobody stands in the way. */
export const takeTurns = (lane: LaneState, turns: Turns, count: number): void => {
  const start = startTag(lane, turns);
  turns.time.set(lane.priority, start + (count - 1) / lane.weight);
  turns.next.set(flowKey(lane), start + count / lane.weight);
  lane.want -= count;
};

/** Tags of callers that do not wait; beyond that the oldest half of them is let off. */
const mostTags = 256;

/**
 * A class in which nobody waits owes nobody anything, and neither does a tag that its time has passed. Where ever new callers
 * wait, the oldest debts of those who do not wait any more are let off.
 */
export const forgetTags = ({ time, next }: Turns, lanes: readonly LaneState[]): void => {
  const classes = new Set<string>(lanes.map(({ priority }) => priority));
  const waiting = new Set(lanes.map(flowKey));
  for (const [key, tag] of next) {
    const [priority = ''] = key.split(':');
    if (!classes.has(priority) || tag <= (time.get(priority as Priority) ?? 0)) next.delete(key); // as flowKey wrote it
  }
  const kept = [...next].filter(([key]) => !waiting.has(key));
  if (kept.length <= mostTags) return;
  kept.sort(([oneKey, one], [otherKey, other]) => one - other || (oneKey < otherKey ? -1 : 1));
  for (const [key] of kept.slice(0, kept.length - mostTags / 2)) next.delete(key);
};

/** Turns that are looked ahead at once; who stands further behind comes back after one window. */
export const mostTurns = 512;

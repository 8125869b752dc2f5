import type { Protocol } from '../contract.js';
import { limitOf } from './limit.js';
import { mostTurns, pick, takeTurn, takeTurns, type LaneState, type Turns } from './order.js';
import { heldUntil, reservedOf } from './reserve.js';
import { freeTimes } from './slots.js';
import { pacedStart, spreads } from './spread.js';
import { slotsOf, type Account } from './state.js';

/** How many free instants of a budget are looked at; who stands further behind comes back after one window. */
const farthestLook = 128;

/** Slots of a budget that are wanted altogether, and the most that one permit takes. */
interface Wanted {
  want: number;
  units: number;
}

interface Look {
  readonly windowMs: number;
  readonly limit: number;
  /** What is left of the limit beside what is reserved. */
  readonly capacity: number;
  readonly held: number;
  readonly free: readonly number[];
  /** How many of these are certain: the others are slots that must be used and come free once more. */
  readonly sure: number;
  /** How many of them are spoken for. */
  used: number;
  pacedAt: number;
}

const lookAt = (account: Account, name: string, { want, units }: Wanted, now: number, protocol: Protocol): Look => {
  const state = account.limits.get(name) ?? { windowMs: 0, believed: 0, believedUntil: 0, pacedAt: 0 };
  const limit = limitOf(state, now);
  const capacity = limit - reservedOf(account, state, now, protocol);
  const count = Math.min(want + 1, Math.max(farthestLook, units));
  const free = freeTimes(slotsOf(account, name), { capacity, windowMs: state.windowMs, count, now });
  const held = heldUntil(account, state.windowMs, protocol);
  const sure = Math.min(capacity, count);
  return { windowMs: state.windowMs, limit, capacity, held, free, sure, used: 0, pacedAt: state.pacedAt };
};

const lookup = (looks: ReadonlyMap<string, Look>, name: string): Look => {
  const look = looks.get(name);
  if (look === undefined) throw new Error(`nothing is known of the budget ${name}`);
  return look;
};

const freeFor = ({ free, used, windowMs }: Look, units: number, now: number): number =>
  free[used + units - 1] ?? Math.max(now, free.at(-1) ?? now) + Math.max(1, windowMs);

/** When this lane may start by the slots of its budgets. */
const freeStart = (lane: LaneState, looks: ReadonlyMap<string, Look>, now: number): number =>
  lane.budgets.reduce((start, { name, units }) => {
    const look = lookup(looks, name);
    return Math.max(start, look.held, freeFor(look, units, now));
  }, now);

/** A slot is granted for its next use only: when that will be over nobody knows yet. */
const isSure = (lane: LaneState, looks: ReadonlyMap<string, Look>): boolean =>
  lane.budgets.every(({ name, units }) => lookup(looks, name).used + units <= lookup(looks, name).sure);

/** A permit that takes more slots than there are, since the limit was narrowed, waits without keeping the others waiting. */
const fits = (lane: LaneState, looks: ReadonlyMap<string, Look>): boolean =>
  lane.budgets.every(({ name, units }) => units <= lookup(looks, name).capacity);

/** When its pace lets it start: only backfills have one, and only where others are in a hurry. */
const paceOf = (lane: LaneState, looks: ReadonlyMap<string, Look>, spread: boolean, now: number): number =>
  lane.priority === 'backfill'
    ? lane.budgets.reduce((start, { name }) => {
        const look = lookup(looks, name);
        const idle = (look.free[look.used + 1] ?? Number.POSITIVE_INFINITY) <= now;
        return spread || idle ? Math.max(start, pacedStart(look, now)) : start;
      }, now)
    : now;

/** A slot that will be used takes its place everywhere; one that is far off only where it is waited for. */
const spend = (lane: LaneState, looks: ReadonlyMap<string, Look>, start: number, near: boolean, now: number): void => {
  for (const { name, units } of lane.budgets) {
    const look = lookup(looks, name);
    if (!near && freeFor(look, units, now) < start) continue;
    look.used += units;
    if (lane.priority === 'backfill' && start < Infinity) look.pacedAt = Math.max(look.pacedAt, start);
  }
};

/** The latest moment to come back for a turn: answers that are still to come free no slot before one window has passed. */
const comeBack = (
  lane: LaneState,
  looks: ReadonlyMap<string, Look>,
  paced: number,
  now: number,
  horizonMs: number,
): number => {
  let soonest = paced;
  for (const { name, units } of lane.budgets) {
    const { windowMs, held } = lookup(looks, name);
    const free = freeFor(lookup(looks, name), units, now);
    soonest = Math.max(soonest, held, Math.min(free, now + (windowMs === 0 ? longestAwayMs : windowMs)));
  }
  return Math.max(now + 1, soonest - horizonMs);
};

/** What is held may be given back at any moment, and that is announced; this is for a word that got lost. */
const longestAwayMs = 1_000;

/** Whether there is a slot now for everybody who wants one and half of them are left over: nobody's turn has to be weighed. */
const isAmple = (
  account: Account,
  mine: LaneState,
  wanted: ReadonlyMap<string, Wanted>,
  now: number,
  protocol: Protocol,
): boolean =>
  mine.priority !== 'backfill' &&
  mine.budgets.every(({ name }) => {
    const state = account.limits.get(name);
    if (state === undefined || heldUntil(account, state.windowMs, protocol) > now) return false;
    const capacity = limitOf(state, now) - reservedOf(account, state, now, protocol);
    const busy = [...slotsOf(account, name).values()].filter((end) => end > now).length;
    return capacity - busy - (wanted.get(name)?.want ?? 0) >= Math.ceil(capacity / 2);
  });

interface PlanOptions {
  readonly horizonMs: number;
  readonly most: number;
  readonly now: number;
  readonly protocol: Protocol;
}

/** Lets the lanes take their turns on paper until it is settled what `mine` gets: starts within its horizon, or when to come. */
export const plan = (
  account: Account,
  mine: LaneState,
  { horizonMs, most, now, protocol }: PlanOptions,
): { readonly starts: number[]; readonly come?: number; readonly ample?: true } => {
  const lanes = [...account.lanes.values()].map((lane) => (lane === mine ? mine : { ...lane, turn: 0 }));
  const wanted = new Map<string, Wanted>();
  for (const { budgets, want } of lanes) {
    for (const { name, units } of budgets) {
      const known = wanted.get(name);
      wanted.set(name, { want: (known?.want ?? 0) + units * want, units: Math.max(known?.units ?? 0, units) });
    }
  }
  if (isAmple(account, mine, wanted, now, protocol)) {
    const count = Math.min(mine.want, most);
    // A turn costs nobody anything where nobody else of its class waits.
    const contested = lanes.some((lane) => lane !== mine && lane.priority === mine.priority);
    takeTurns(mine, contested ? account.turns : { time: new Map(), next: new Map() }, count);
    return { starts: Array.from({ length: count }, () => now), ample: true };
  }
  const looks = new Map([...wanted].map(([name, all]) => [name, lookAt(account, name, all, now, protocol)]));
  if (!fits(mine, looks)) return { starts: [], come: comeBack(mine, looks, now, now, horizonMs) };
  const fitting = lanes.filter((lane) => fits(lane, looks));
  const onPaper: Turns = { time: new Map(account.turns.time), next: new Map(account.turns.next) };
  const spread = spreads(account.urgentAt, now);
  const starts: number[] = [];
  for (let turn = 1; turn <= mostTurns && mine.want > 0; turn += 1) {
    const lane = pick(
      fitting.filter(({ want }) => want > 0),
      onPaper,
    );
    if (lane === undefined) break;
    const paced = paceOf(lane, looks, spread, now);
    const start = Math.max(paced, freeStart(lane, looks, now));
    const near = start <= now + protocol.horizonMs;
    if (lane === mine) {
      if (start > now + horizonMs || starts.length >= most || !isSure(mine, looks)) {
        return { starts, come: comeBack(mine, looks, paced, now, horizonMs) };
      }
      starts.push(start);
    }
    spend(lane, looks, start, near, now);
    takeTurn(lane, onPaper, now, turn);
    if (lane === mine) chargeTurn(account, mine);
  }
  if (mine.want === 0) return { starts };
  return { starts, come: Math.max(now + 1, now + 1_000 - horizonMs) };
};

/** Only turns that were really taken are kept, and the virtual time never runs past a caller that waits. */
const chargeTurn = (account: Account, mine: LaneState): void => {
  const { time, next } = account.turns;
  const was = time.get(mine.priority) ?? 0;
  const tags = [...account.lanes.values()]
    .filter(({ priority }) => priority === mine.priority)
    .map(({ priority, flow }) => next.get(`${priority}:${flow}`) ?? was);
  const now = Math.max(was, Math.min(...tags));
  time.set(mine.priority, now);
  const key = `${mine.priority}:${mine.flow}`;
  next.set(key, Math.max(now, next.get(key) ?? 0) + 1 / mine.weight);
};

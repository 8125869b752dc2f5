import { patienceMs, type Budget, type Protocol } from '../contract.js';
import type { Answered, Given, SlotReply, SlotRequest } from '../store-contract.js';
import { believe, limitOf, narrow } from './limit.js';
import { forgetTags, mostTurns, pick, takeTurn, type LaneState, type Turns } from './order.js';
import { plan } from './plan.js';
import { heldUntil, reservedOf } from './reserve.js';
import { complete, occupy } from './slots.js';
import { countSpent, isCall } from './spending.js';
import { slotIds, slotsOf, unitsOf, type Account } from './state.js';

const enter = (account: Account, request: SlotRequest, now: number): LaneState => {
  const { lane: key, member, priority, flow, weight, waitedMs, want, budgets } = request;
  const lane: LaneState = {
    key,
    member,
    priority,
    flow,
    weight,
    // Its place was told to others by what was known of it: news that travelled longer must not turn the order round.
    due: Math.min(now - waitedMs + patienceMs[priority], account.lanes.get(key)?.due ?? Number.POSITIVE_INFINITY),
    want,
    budgets: budgets.map(({ name, units = 1 }) => ({ name, units })),
    until: now,
    turn: 0,
  };
  for (const budget of budgets) account.limits.set(budget.name, believe(account.limits.get(budget.name), budget, now));
  if (priority !== 'backfill') account.urgentAt = now;
  account.lanes.set(key, lane);
  return lane;
};

/** Registers a lane and grants what its turn allows; the turns of others are kept for them. */
export const acquire = (account: Account, request: SlotRequest, now: number, protocol: Protocol): SlotReply => {
  if (request.notAfter !== undefined && now > request.notAfter) return { kind: 'stale', at: now };
  const member = account.members.get(request.member);
  if (member === undefined) return { kind: 'unknown', at: now };
  member.seen = Math.max(member.seen, now);
  const mine = enter(account, request, now);
  for (const lane of account.lanes.values()) {
    if (lane !== mine && lane.until <= now) account.lanes.delete(lane.key);
  }
  const horizonMs = Math.min(request.horizonMs, protocol.horizonMs);
  const { starts, come, ample = false } = plan(account, mine, { horizonMs, most: request.most, now, protocol });
  starts.forEach((start, index) => {
    grant(account, request, `${request.member}.${String(request.first + index)}`, start);
  });
  if (starts.length > 0 && isCall(request.budgets)) countSpent(account.spending, '+', request, starts.length, now);
  if (come === undefined) account.lanes.delete(mine.key);
  else mine.until = come + protocol.graceMs;
  forgetTags(account.turns, [...account.lanes.values()]);
  return {
    kind: 'granted',
    at: now,
    startsInMs: starts.map((start) => start - now),
    ...(come === undefined ? {} : { comeInMs: come - now }),
    ample,
    held: request.budgets.some(({ windowMs }) => heldUntil(account, windowMs, protocol) > now + horizonMs),
  };
};

const grant = (account: Account, request: SlotRequest, permitId: string, start: number): void => {
  for (const budget of request.budgets) {
    const { name, windowMs } = budget;
    for (const id of slotIds(permitId, unitsOf(budget))) {
      occupy(slotsOf(account, name), { permitId: id, start, leaseMs: request.leaseMs, windowMs });
    }
    const state = account.limits.get(name);
    if (request.priority === 'backfill' && state !== undefined && start > state.pacedAt) {
      account.limits.set(name, { ...state, pacedAt: start });
    }
  }
};

/** Frees slots one window after their answers came. Returns the lanes that should come now. */
export const completeAll = (account: Account, answered: readonly Answered[], now: number): string[] => {
  let early = 0;
  for (const { permitId, budgets, agoMs } of answered) {
    for (const budget of budgets) {
      for (const id of slotIds(permitId, unitsOf(budget))) {
        complete(slotsOf(account, budget.name), budget.windowMs, id, now - agoMs);
      }
    }
    // Who waits was told to come one window after the last look, so only news that is old can be too late for them.
    if (agoMs > latestNewsMs) early += 1;
    // What was held is free now.
    early += budgets.filter(({ windowMs }) => windowMs === 0).length;
  }
  return nextLanes(account, early, now);
};

const latestNewsMs = 5;

/** Frees slots now. Returns the lanes that should come for them. */
export const cancel = (
  account: Account,
  { permits, lane }: { readonly permits: readonly Given[]; readonly lane?: string },
  now: number,
): string[] => {
  let freed = 0;
  for (const { permitId, budgets, spender } of permits) {
    const before = freed;
    for (const budget of budgets) {
      for (const id of slotIds(permitId, unitsOf(budget))) {
        if (slotsOf(account, budget.name).delete(id)) freed += 1;
      }
    }
    // Whether it was granted at all, its sender need not know.
    if (freed > before && isCall(budgets)) countSpent(account.spending, '-', spender, 1, now);
  }
  if (lane !== undefined && account.lanes.delete(lane)) freed += 1;
  return nextLanes(account, freed, now);
};

const nextLanes = (account: Account, count: number, now: number): string[] => {
  const lanes = [...account.lanes.values()].filter(({ until }) => until > now).map((lane) => ({ ...lane, turn: 0 }));
  const turns: Turns = { time: new Map(account.turns.time), next: new Map(account.turns.next) };
  const keys = new Set<string>();
  for (let turn = 1; turn <= Math.min(count, mostTurns); turn += 1) {
    const lane = pick(
      lanes.filter(({ want }) => want > 0),
      turns,
    );
    if (lane === undefined) break;
    keys.add(lane.key);
    takeTurn(lane, turns, now, turn);
  }
  return [...keys];
};

/** A refusal of the broker narrows the budget for everybody. Returns the new limit when it changed. */
export const refuse = (account: Account, budget: Budget, told: number | undefined, now: number): number | undefined => {
  const state = account.limits.get(budget.name) ?? believe(undefined, budget, now);
  const narrowed = narrow(state, told, now);
  if (narrowed === state) return undefined;
  account.limits.set(budget.name, narrowed);
  return limitOf(narrowed, now);
};

/** What the account says now; changes nothing of it. */
export const snapshot = (account: Account, now: number, protocol: Protocol) => ({
  budgets: [...account.limits].map(([name, state]) => {
    const ends = [...slotsOf(account, name).values()];
    const inUse = limitOf(state, now);
    const { learned, windowMs, believed } = state;
    return {
      name,
      windowMs,
      configured: believed,
      inUse,
      used: ends.filter((end) => end > now + windowMs).length,
      cooling: ends.filter((end) => end > now && end <= now + windowMs).length,
      reserved: reservedOf(account, state, now, protocol),
      heldForMs: Math.max(0, heldUntil(account, windowMs, protocol) - now),
      ...(learned !== undefined && inUse < believed
        ? { learned: { limit: learned.limit, agoMs: now - learned.at, told: learned.told } }
        : {}),
    };
  }),
  lanes: [...account.lanes.values()].filter(({ until }) => until > now),
  members: [...account.members].map(([id, { seen, part }]) => ({ id, silentMs: now - seen, ...part })),
});

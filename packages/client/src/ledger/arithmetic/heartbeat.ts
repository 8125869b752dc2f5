import { drainMs, type Budget, type Protocol } from '../contract.js';
import type { Beat, BeatReply, Entry } from '../store-contract.js';
import { believe, limitOf } from './limit.js';
import { forgets, shareEndOf } from './reserve.js';
import { deal, hull, nothing, without, type Part } from './share.js';
import { dropFree } from './slots.js';
import { countOnShare } from './spending.js';
import { slotIds, slotsOf, unitsOf, type Account, type MemberState } from './state.js';

/** A member lets itself be heard: what it spent on its share is entered, and it is dealt a share anew. */
export const heartbeat = (account: Account, beat: Beat, now: number, protocol: Protocol): BeatReply => {
  if (beat.notAfter !== undefined && now > beat.notAfter) return { kind: 'stale', at: now };
  if (beat.again === true && !account.members.has(beat.member)) return { kind: 'unknown', at: now };
  forget(account, beat.gone, now, protocol);
  for (const name of account.limits.keys()) dropFree(slotsOf(account, name), now);
  if (beat.returned !== undefined) {
    const { returned } = beat;
    account.old = account.old.flatMap((part) => without(part, returned));
  }
  for (const budget of beat.limits)
    account.limits.set(budget.name, believe(account.limits.get(budget.name), budget, now));
  enterSpent(account, beat, now);
  countOnShare(account.spending, beat.member, beat.onShare ?? [], now);
  const lost = beat.holds.filter((held) => !keepHold(account, held, now, protocol)).map(({ permitId }) => permitId);
  if (beat.leave) {
    removeMember(account, beat.member);
    return { kind: 'heard', at: now, share: nothing, limits: {}, lost, silent: [] };
  }
  const known = account.members.get(beat.member);
  if (known === undefined) account.memberChanges += 1;
  account.members.set(beat.member, { seen: now, part: known === undefined ? nothing : beat.share, host: beat.host });
  // The first time only its name is entered: what lives for a moment needs no share.
  const share = known === undefined ? nothing : shareFor(account, beat.member, now, protocol);
  account.members.set(beat.member, {
    seen: now,
    part: known === undefined ? nothing : hull(beat.share, share),
    host: beat.host,
  });
  const silent = [...account.members]
    .filter(([, { seen }]) => now >= seen + protocol.overdueMs)
    .map(([member, { host }]) => ({ member, host }));
  const limits = Object.fromEntries([...account.limits].map(([name, state]) => [name, limitOf(state, now)]));
  return { kind: 'heard', at: now, share, limits, lost, silent };
};

const removeMember = (account: Account, member: string): void => {
  if (account.members.delete(member)) account.memberChanges += 1;
  removeLanes(account, member);
};

const removeLanes = (account: Account, member: string): void => {
  for (const lane of account.lanes.values()) if (lane.member === member) account.lanes.delete(lane.key);
};

const forget = (account: Account, gone: readonly string[], now: number, protocol: Protocol): void => {
  for (const [id, member] of account.members) {
    if (gone.includes(id)) endLease(member, now, protocol);
    if (now >= shareEndOf(member, protocol)) removeMember(account, id);
    else if (gone.includes(id)) removeLanes(account, id);
  }
};

/** It runs no more. What it may have spent on its share until now, nobody knows of: that has to drain. */
const endLease = (member: MemberState, now: number, protocol: Protocol): void => {
  const drain = drainMs(protocol);
  const wasOnShare = now >= member.seen + protocol.overdueMs + drain;
  member.seen = Math.min(member.seen, now - protocol.shareLeaseMs - (wasOnShare ? 0 : drain));
};

const enterSpent = (account: Account, { spent }: Beat, now: number): void => {
  for (const { permitId, budgets, endsInMs } of spent) {
    for (const budget of budgets) {
      for (const id of slotIds(permitId, unitsOf(budget))) slotsOf(account, budget.name).set(id, now + endsInMs);
    }
  }
};

/** Prolongs a hold that is still there, or that the store may have forgotten; false: it is lost. */
const keepHold = (account: Account, { permitId, budgets }: Entry, now: number, protocol: Protocol): boolean => {
  const forgotten = account.since !== undefined && now < account.since + protocol.holdLeaseMs;
  const ids = budgets.flatMap((budget: Budget) =>
    slotIds(permitId, unitsOf(budget)).map((id) => ({
      id,
      slots: slotsOf(account, budget.name),
      windowMs: budget.windowMs,
    })),
  );
  if (!forgotten && ids.some(({ id, slots }) => (slots.get(id) ?? 0) <= now)) return false;
  for (const { id, slots, windowMs } of ids) slots.set(id, now + protocol.holdLeaseMs + windowMs);
  return true;
};

const shareFor = (account: Account, member: string, now: number, protocol: Protocol): Part => {
  // As long as shares of an earlier memory may be about, none are dealt.
  if (account.old.length > 0 && forgets(account, now, protocol)) return nothing;
  const live = [...account.members].filter(([, { seen }]) => now < seen + protocol.overdueMs).map(([id]) => id);
  live.sort((left, right) => (left < right ? -1 : 1));
  const others = [...account.members]
    .filter(([id]) => id !== member)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return deal(
    live.indexOf(member),
    live.length,
    others.map(([, { part }]) => part),
  );
};

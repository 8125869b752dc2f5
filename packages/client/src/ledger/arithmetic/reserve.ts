import { drainMs, type Protocol } from '../contract.js';
import { limitOf, type LimitState } from './limit.js';
import { mostOfPart, slotsOfPart, type Part } from './share.js';
import type { Account, MemberState } from './state.js';

/** The slots of a limit that are dealt as safe shares. */
const poolOf = (limit: number, windowMs: number, { sharedPart, shareWindowMs }: Protocol): number =>
  windowMs > 0 && windowMs <= shareWindowMs ? Math.floor(limit * sharedPart) : 0;

/** How many slots of a budget a share stands for. */
export const shareOf = (part: Part, limit: number, windowMs: number, protocol: Protocol): number =>
  slotsOfPart(part, poolOf(limit, windowMs, protocol));

export const shareEndOf = ({ seen }: MemberState, protocol: Protocol): number =>
  seen + protocol.shareLeaseMs + drainMs(protocol);

/** What may not be lent now: shares of members that cannot be heard, and of those that the memory has forgotten. */
export const reservedOf = (account: Account, state: LimitState, now: number, protocol: Protocol): number => {
  const limit = limitOf(state, now);
  const pool = poolOf(limit, state.windowMs, protocol);
  const share = (part: Part): number => mostOfPart(part, pool);
  let reserved = 0;
  for (const member of account.members.values()) {
    if (now >= member.seen + protocol.overdueMs && now < shareEndOf(member, protocol)) reserved += share(member.part);
  }
  if (forgets(account, now, protocol)) {
    for (const part of account.old) reserved += share(part);
  }
  return reserved;
};

/** Until when nothing of a budget is granted, because what was granted before the memory began may still arrive. */
export const heldUntil = ({ since }: Account, windowMs: number, protocol: Protocol): number => {
  if (since === undefined) return Number.NEGATIVE_INFINITY;
  return (
    since + Math.max(protocol.horizonMs + protocol.maxDeadlineMs + windowMs, windowMs === 0 ? protocol.holdLeaseMs : 0)
  );
};

/** Whether shares of an earlier memory may still be spent by somebody. */
export const forgets = ({ since }: Account, now: number, protocol: Protocol): boolean =>
  since !== undefined && now < since + protocol.shareLeaseMs + drainMs(protocol);

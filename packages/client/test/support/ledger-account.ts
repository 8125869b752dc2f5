import { acquire } from '../../src/ledger/arithmetic/account.js';
import { heartbeat } from '../../src/ledger/arithmetic/heartbeat.js';
import { nothing } from '../../src/ledger/arithmetic/share.js';
import type { Account } from '../../src/ledger/arithmetic/state.js';
import { protocol, type Budget } from '../../src/ledger/contract.js';
import type { Beat, BeatReply, SlotReply, SlotRequest } from '../../src/ledger/store-contract.js';

export const total = (limit: number, windowMs = 1_000): Budget => ({ name: 'total', limit, windowMs });

export const beatOf = (member: string, more: Partial<Beat> = {}): Beat => ({
  ...{ member, host: `host:${member}`, share: nothing, limits: [], spent: [], holds: [], gone: [], leave: false },
  ...more,
});

/** A request of a lane that is named after its member, for one slot of a total of 5. */
export const requestOf = (member: string, more: Partial<SlotRequest> = {}): SlotRequest => ({
  ...{ member, lane: `${member}/0`, budgets: [total(5)], priority: 'interactive', flow: member, weight: 1 },
  ...{ waitedMs: 0, want: 1, first: 0, most: more.want ?? 1, leaseMs: 1_000, horizonMs: 0 },
  ...more,
});

type Heard = Extract<BeatReply, { kind: 'heard' }>;
type Granted = Extract<SlotReply, { kind: 'granted' }>;

export const heard = (reply: BeatReply): Heard => {
  if (reply.kind !== 'heard') throw new Error(`expected to be heard, got ${JSON.stringify(reply)}`);
  return reply;
};

export const granted = (reply: SlotReply): Granted => {
  if (reply.kind !== 'granted') throw new Error(`expected a grant, got ${JSON.stringify(reply)}`);
  return reply;
};

/** Words to an account by the constants that are in use. */
export const beat = (account: Account, now: number, member: string, more: Partial<Beat> = {}): Heard =>
  heard(heartbeat(account, beatOf(member, more), now, protocol));

export const ask = (account: Account, now: number, member: string, more: Partial<SlotRequest> = {}): Granted =>
  granted(acquire(account, requestOf(member, more), now, protocol));

/** Members that hold equal shares, as after some heartbeats of each. */
export const settle = (account: Account, now: number, ...members: readonly string[]): void => {
  const shares = new Map(members.map((member) => [member, nothing]));
  for (let round = 0; round < 4; round += 1) {
    for (const [member, share] of shares) shares.set(member, beat(account, now, member, { share }).share);
  }
};

import { shareOf } from '../../../src/ledger/arithmetic/reserve.js';
import { nothing, type Part } from '../../../src/ledger/arithmetic/share.js';
import { complete, freeTimes, occupy } from '../../../src/ledger/arithmetic/slots.js';
import { newAccount } from '../../../src/ledger/arithmetic/state.js';
import { drainMs, type Budget, type Protocol } from '../../../src/ledger/contract.js';
import type { Beat } from '../../../src/ledger/store-contract.js';
import type { Model } from './explore.js';
import {
  arrive,
  breachOf,
  copyWorld,
  newProcess,
  newWorld,
  ours,
  slotsKey,
  tick,
  tinyProtocol,
  type Process,
  type World,
} from './world.js';

export interface ShareModelOptions {
  readonly limit: number;
  readonly windowMs: number;
  readonly processes: number;
  readonly protocol?: Partial<Protocol>;
  /** How many of the processes are heard late or not at all, spend their shares and may die; the others are heard with every tick. */
  readonly troubled?: number;
  /** Whether they die; each starts again as another member, which has no more trouble. */
  readonly deaths?: boolean;
  /** How many times the store may lose its memory. */
  readonly losses?: number;
}

/** What a process keeps to on its side: that of ledger/safe-share and ledger/membership, or one with a mistake. */
export const rules = {
  /** From when on a share may be spent, after the last word that may have been heard. */
  shareFromMs: (protocol: Protocol): number => protocol.validMs + protocol.overdueMs + drainMs(protocol),
  /** What is left of a share once it was given back. */
  afterReturn: (): Part => nothing,
  /** A lease that has ended is not renewed by a word that is heard later: the store may have dealt the share anew. */
  endsLease: true,
  /** Whether a process tells of what it spent when the store is back. */
  tellsSpent: true,
};
export type Rules = Omit<typeof rules, 'afterReturn'> & { readonly afterReturn: (part: Part) => Part };

/**
 * Slots and shares: processes are heard late, or heard without hearing it, or not at all; they spend their share then, come
 * back, die, start again, and the store loses its memory. There is no step for being cut off: any process may keep silent
 * at any time, and spend its share whenever its own clock allows it.
 */
export const shareModel = (options: ShareModelOptions, arithmetic = ours, kept: Rules = rules): Model<World> => {
  const { limit, windowMs, processes, troubled = processes, deaths = false, losses = 0 } = options;
  const budget: Budget = { name: 'total', limit, windowMs };
  const budgets = [budget];
  const protocol = { ...tinyProtocol, shareWindowMs: windowMs, ...options.protocol };
  const shareFromMs = kept.shareFromMs(protocol);
  const isTroubled = (index: number, { life }: Process): boolean => index < troubled && life === 0;
  const idOf = (index: number, { life }: Process): string => `p${index}.${life}`;

  const mayTake = ({ now }: World, process: Process): boolean => {
    const { sent, heard, part, slots } = process;
    if (sent === undefined || heard === undefined) return false;
    if (now < sent + shareFromMs || now >= heard + protocol.shareLeaseMs) return false;
    const capacity = shareOf(part, limit, windowMs, protocol);
    return (freeTimes(slots, { capacity, windowMs, count: 1, now })[0] ?? Infinity) <= now;
  };

  const endLease = (process: Process, sent: number): void => {
    if (kept.endsLease && sent >= (process.heard ?? 0) + protocol.shareLeaseMs) process.part = nothing;
  };

  const take = (world: World, index: number, process: Process): void => {
    const { now } = world;
    const id = `${idOf(index, process)}.${world.numbers}`;
    world.numbers += 1;
    occupy(process.slots, { permitId: id, start: now, leaseMs: protocol.maxDeadlineMs, windowMs });
    process.requests.push({ id, start: now, deadline: now + protocol.maxDeadlineMs, arrivedAt: undefined });
    process.took = now;
  };

  const beat = (
    world: World,
    index: number,
    { agoMs, lost, gone }: { agoMs: number; lost: boolean; gone: readonly string[] },
  ): void => {
    const process = world.processes[index] ?? never();
    const sent = world.now - agoMs;
    const anew = process.memory !== world.memory;
    endLease(process, sent);
    const { part } = process;
    const returned = anew && part.high > part.low ? { returned: part } : {};
    if (anew) process.part = kept.afterReturn(part);
    process.memory = world.memory;
    const spent: Beat['spent'] = [...process.slots].map(([permitId, end]) => ({
      permitId,
      budgets,
      endsInMs: end - sent,
    }));
    const reply = arithmetic.heartbeat(
      world.account,
      {
        member: idOf(index, process),
        host: '',
        share: process.part,
        ...returned,
        limits: budgets,
        spent: kept.tellsSpent ? spent : [],
        holds: [],
        gone,
        leave: false,
      },
      world.now,
      protocol,
    );
    process.sent = sent;
    if (lost || reply.kind !== 'heard') return;
    process.heard = sent;
    process.part = reply.share;
    process.slots.clear();
    world.requests.push(...process.requests.splice(0));
  };

  const ask = (world: World, index: number, agoMs: number): void => {
    const process = world.processes[index] ?? never();
    const id = idOf(index, process);
    const first = world.numbers;
    const request = {
      ...{ member: id, lane: `${id}/0`, budgets, priority: 'order' as const, flow: 'all', weight: 1, waitedMs: 0 },
      ...{ want: 1, first, most: 1, leaseMs: protocol.maxDeadlineMs, horizonMs: protocol.horizonMs },
    };
    const sent = world.now - agoMs;
    endLease(process, sent);
    const reply = arithmetic.acquire(world.account, request, world.now, protocol);
    world.account.lanes.clear();
    process.sent = sent;
    if (reply.kind === 'granted') process.heard = sent;
    // Whom the store does not know has to join it anew.
    else process.memory = -1;
    for (const inMs of reply.kind === 'granted' ? reply.startsInMs : []) {
      const start = sent + inMs;
      world.requests.push({
        id: `${id}.${first}`,
        start: world.now + inMs,
        deadline: start + request.leaseMs,
        arrivedAt: undefined,
      });
      world.numbers += 1;
    }
  };

  const initial = newWorld(processes);

  const next = function* (world: World): Iterable<readonly [string, World]> {
    const step = (name: string, change: (changed: World) => void): readonly [string, World] => {
      const changed = copyWorld(world);
      change(changed);
      return [name, changed];
    };
    const { now } = world;
    yield step('tick', (changed) => {
      tick(changed, budget);
      for (const [index, process] of changed.processes.entries()) {
        const isHeard = !isTroubled(index, process) && process.heard !== undefined;
        if (isHeard) beat(changed, index, { agoMs: 0, lost: false, gone: [] });
      }
    });
    if (world.memory < losses) {
      yield step('the store loses its memory', (changed) => {
        changed.account = newAccount(now);
        changed.memory += 1;
      });
    }
    const living = new Set(world.processes.map((process, index) => idOf(index, process)));
    const dead = [...world.account.members.keys()].filter((id) => !living.has(id));
    for (const [index, process] of world.processes.entries()) {
      const name = idOf(index, process);
      const hasTrouble = isTroubled(index, process);
      // A word on its way for so long; nothing was said or taken meanwhile.
      for (let agoMs = 0; agoMs <= (hasTrouble ? protocol.validMs : 0); agoMs += 1) {
        if (now - agoMs < Math.max(process.sent ?? 0, process.took)) continue;
        if (hasTrouble || process.heard === undefined) {
          for (const lost of hasTrouble ? [false, true] : [false]) {
            yield step(`${name} is heard, ${agoMs} late${lost ? ', without hearing it' : ''}`, (changed) => {
              beat(changed, index, { agoMs, lost, gone: [] });
            });
          }
        }
        const online = process.heard !== undefined && process.memory === world.memory && process.slots.size === 0;
        if (!online) continue;
        yield step(`${name} asks, ${agoMs} late`, (changed) => {
          ask(changed, index, agoMs);
        });
      }
      if (dead.length > 0 && process.slots.size === 0) {
        yield step(`${name} tells that ${dead.join(' ')} is gone`, (changed) => {
          beat(changed, index, { agoMs: 0, lost: false, gone: dead });
        });
      }
      if (!hasTrouble) continue;
      if (mayTake(world, process)) {
        yield step(`${name} takes of its share`, (changed) => {
          take(changed, index, changed.processes[index] ?? never());
        });
      }
      if (deaths && process.sent !== undefined) {
        yield step(`${name} dies`, (changed) => {
          changed.requests.push(...process.requests.filter(({ arrivedAt }) => arrivedAt === undefined));
          changed.processes[index] = newProcess(process.life + 1);
        });
      }
      for (const [place, { id, arrivedAt }] of process.requests.entries()) {
        yield step(`${arrivedAt === undefined ? 'arrive' : 'answered'} ${id}`, (changed) => {
          const { requests, slots } = changed.processes[index] ?? never();
          if (arrivedAt === undefined) {
            arrive(changed, requests[place] ?? never());
          } else {
            complete(slots, windowMs, id, now);
            requests.splice(place, 1);
          }
        });
      }
    }
    for (const [place, { id, start, arrivedAt }] of world.requests.entries()) {
      if (start > now) continue;
      yield step(`${arrivedAt === undefined ? 'arrive' : 'answered'} ${id}`, (changed) => {
        if (arrivedAt === undefined) {
          arrive(changed, changed.requests[place] ?? never());
        } else {
          arithmetic.completeAll(changed.account, [{ permitId: id, budgets, agoMs: 0 }], now);
          changed.requests.splice(place, 1);
        }
      });
    }
  };

  const shareEndMs = protocol.shareLeaseMs + drainMs(protocol);
  const since = (instant: number | undefined, now: number, most: number): string =>
    instant === undefined ? '-' : `${Math.min(most, now - instant)}`;
  const partKey = ({ low, high }: Part): string => (high > low ? `${low}-${high}` : '');
  const troubledKey = ({ sent, heard, took, part, slots, requests }: Process, now: number): string =>
    [
      since(sent, now, shareFromMs),
      since(heard, now, protocol.shareLeaseMs),
      since(took, now, protocol.validMs),
      partKey(part),
      slotsKey(slots, requests, now, 0),
    ].join(',');
  /** It is heard whenever it says something, and takes nothing of its share. */
  const untroubledKey = ({ heard, part }: Process, now: number): string =>
    `${since(heard, now, protocol.shareLeaseMs)},${partKey(part)}`;
  const key = ({ now, account, memory, processes: all, requests, arrivals }: World): string =>
    [
      ...all.map((process, index) =>
        isTroubled(index, process) ? troubledKey(process, now) : untroubledKey(process, now),
      ),
      all.map(({ life, memory: known }) => `${life}${known - memory}`).join(','),
      ...[...account.members]
        .map(([id, { seen, part }]) => `${id},${since(seen, now, shareEndMs)},${partKey(part)}`)
        .sort(),
      slotsKey(account.slots.get('total'), requests, now, 0),
      memory,
      since(account.since, now, shareEndMs),
      account.old.map(partKey).join(','),
      arrivals.map((arrival) => now - arrival).join(' '),
    ].join('|');
  return { initial, next, key, wrong: (world) => breachOf(world, budget) };
};

const never = (): never => {
  throw new Error('no such process or request');
};

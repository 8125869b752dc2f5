import type { Budget, Protocol } from '../../../src/ledger/contract.js';
import type { SlotRequest } from '../../../src/ledger/store-contract.js';
import type { Model } from './explore.js';
import { arrive, breachOf, copyWorld, newWorld, ours, slotsKey, tick, tinyProtocol, type World } from './world.js';

export interface SlotModelOptions {
  readonly limit: number;
  readonly windowMs: number;
  readonly processes: number;
  readonly protocol?: Partial<Protocol>;
  /** How old the news of an answer may be. */
  readonly longestAgoMs?: number;
  /** How many waiters a process asks for at once. */
  readonly want?: number;
}

/**
 * Slots alone: processes ask, send, are answered, report that late or never, give up, and die. Dying needs no step of its
 * own: what is on its way goes on, and nothing is reported any more, which is a way of the model in any case.
 */
export const slotModel = (options: SlotModelOptions, arithmetic = ours): Model<World> => {
  const { limit, windowMs, processes, longestAgoMs = 1, want = 1 } = options;
  const budget: Budget = { name: 'total', limit, windowMs };
  const budgets = [budget];
  const spender = { priority: 'order', flow: 'all' } as const;
  // No shares here: who was heard when says nothing.
  const protocol = { ...tinyProtocol, sharedPart: 0, overdueMs: 1_000_000, ...options.protocol };
  const idOf = (process: number): string => `p${process}`;
  const initial = newWorld(processes);
  for (let process = 0; process < processes; process += 1) {
    initial.account.members.set(idOf(process), { seen: 0, part: { low: 0, high: 0 }, host: '' });
  }

  const ask = (world: World, process: number): void => {
    const request: SlotRequest = {
      member: idOf(process),
      lane: `${idOf(process)}/0`,
      budgets,
      ...spender,
      weight: 1,
      waitedMs: 0,
      want,
      first: world.numbers,
      most: want,
      leaseMs: protocol.maxDeadlineMs,
      horizonMs: protocol.horizonMs,
    };
    const reply = arithmetic.acquire(world.account, request, world.now, protocol);
    const starts = reply.kind === 'granted' ? reply.startsInMs : [];
    starts.forEach((inMs, index) => {
      const start = world.now + inMs;
      const id = `${idOf(process)}.${request.first + index}`;
      world.requests.push({ id, start, deadline: start + request.leaseMs, arrivedAt: undefined });
    });
    world.numbers += want;
  };

  const next = function* (world: World): Iterable<readonly [string, World]> {
    const step = (name: string, change: (next: World) => void): readonly [string, World] => {
      const changed = copyWorld(world);
      change(changed);
      return [name, changed];
    };
    yield step('tick', (changed) => {
      tick(changed, budget);
    });
    for (let process = 0; process < processes; process += 1) {
      yield step(`ask ${process}`, (changed) => {
        ask(changed, process);
      });
    }
    for (const [index, { id, start, arrivedAt }] of world.requests.entries()) {
      if (arrivedAt === undefined) {
        if (start <= world.now) {
          yield step(`arrive ${id}`, (changed) => {
            arrive(changed, changed.requests[index] ?? never());
          });
        }
        yield step(`cancel ${id}`, (changed) => {
          arithmetic.cancel(changed.account, { permits: [{ permitId: id, budgets, spender }] }, changed.now);
          changed.requests.splice(index, 1);
        });
      } else {
        for (let agoMs = 0; agoMs <= Math.min(longestAgoMs, world.now - arrivedAt); agoMs += 1) {
          yield step(`answered ${id} ${agoMs} ago`, (changed) => {
            arithmetic.completeAll(changed.account, [{ permitId: id, budgets, agoMs }], changed.now);
            changed.requests.splice(index, 1);
          });
        }
      }
    }
  };

  const key = ({ account, requests, arrivals, now }: World): string => {
    const lanes = [...account.lanes.values()]
      .filter(({ until }) => until > now)
      .map((lane) => `${lane.key} ${lane.want} ${lane.due - now} ${lane.until - now}`);
    const ahead = [...account.turns.next].map(([, tag]) => tag - (account.turns.time.get('order') ?? 0));
    return [
      slotsKey(account.slots.get('total'), requests, now, longestAgoMs),
      arrivals.map((arrival) => now - arrival).join(' '),
      lanes.sort().join(' '),
      ahead.join(' '),
    ].join('|');
  };
  return { initial, next, key, wrong: (world) => breachOf(world, budget) };
};

const never = (): never => {
  throw new Error('the request is gone');
};

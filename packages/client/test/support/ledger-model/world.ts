import { acquire, cancel, completeAll } from '../../../src/ledger/arithmetic/account.js';
import { heartbeat } from '../../../src/ledger/arithmetic/heartbeat.js';
import type { Part } from '../../../src/ledger/arithmetic/share.js';
import type { Slots } from '../../../src/ledger/arithmetic/slots.js';
import { newAccount, type Account } from '../../../src/ledger/arithmetic/state.js';
import type { Budget, Protocol } from '../../../src/ledger/contract.js';

/** The arithmetic that a model plays with: ours, or one with a mistake that the model must find. */
export const ours = { acquire, cancel, completeAll, heartbeat };
export type Arithmetic = typeof ours;

/** Time goes by in whole ticks of 1 ms; few of them, so that every order of events can be tried. */
export const tinyProtocol: Protocol = {
  horizonMs: 0,
  maxDeadlineMs: 1,
  beatMs: 1,
  overdueMs: 1,
  validMs: 1,
  shareLeaseMs: 7,
  sharedPart: 1,
  shareWindowMs: 2,
  holdLeaseMs: 3,
  graceMs: 1,
};

/**
 * A request on its way. It is sent at any moment from its start on: whoever sends it late makes it arrive late, so the
 * model needs no step for that. After its deadline it does not arrive any more.
 */
export interface Request {
  readonly id: string;
  readonly start: number;
  readonly deadline: number;
  arrivedAt: number | undefined;
}

/** One process that spends from the account, and what it knows. */
export interface Process {
  /** Counts its lives: a process that starts again is another member. */
  life: number;
  part: Part;
  /** The memory of the store that it knows. */
  memory: number;
  /** When it sent its last word, and when the last one that was answered; undefined: it has not been heard yet. */
  sent: number | undefined;
  heard: number | undefined;
  /** When it last took a slot of its share. */
  took: number;
  /** Slots and requests of its share that the store has not been told of. */
  readonly slots: Slots;
  readonly requests: Request[];
}

export interface World {
  now: number;
  account: Account;
  /** Counts the memories of the store. */
  memory: number;
  processes: Process[];
  /** Requests whose slots the store knows. */
  requests: Request[];
  /** Instants at which requests arrived, as far as they count still. */
  arrivals: number[];
  numbers: number;
}

export const newWorld = (processes: number): World => ({
  now: 1_000,
  account: newAccount(),
  memory: 0,
  processes: Array.from({ length: processes }, () => newProcess(0)),
  requests: [],
  arrivals: [],
  numbers: 0,
});

export const newProcess = (life: number): Process => ({
  life,
  part: { low: 0, high: 0 },
  memory: 0,
  sent: undefined,
  heard: undefined,
  took: 0,
  slots: new Map(),
  requests: [],
});

const copyRequest = (request: Request): Request => ({ ...request });

const copyAccount = (account: Account): Account => ({
  ...account,
  slots: new Map([...account.slots].map(([name, slots]) => [name, new Map(slots)])),
  limits: new Map(account.limits),
  members: new Map([...account.members].map(([id, member]) => [id, { ...member }])),
  lanes: new Map([...account.lanes].map(([key, lane]) => [key, { ...lane }])),
  turns: { time: new Map(account.turns.time), next: new Map(account.turns.next) },
});

export const copyWorld = (world: World): World => ({
  ...world,
  account: copyAccount(world.account),
  processes: world.processes.map((process) => ({
    ...process,
    slots: new Map(process.slots),
    requests: process.requests.map(copyRequest),
  })),
  requests: world.requests.map(copyRequest),
});

/** More arrivals within one window than the limit allows. */
export const breachOf = ({ arrivals }: World, { limit }: Budget): string | undefined =>
  arrivals.length > limit ? `${String(arrivals.length)} arrivals in one window` : undefined;

/** One tick on: what has not arrived by its deadline never will, and what lies a window back counts no more. */
export const tick = (world: World, { windowMs }: Budget): void => {
  world.now += 1;
  const { now } = world;
  const counts =
    (slots: Slots | undefined) =>
    ({ id, arrivedAt, deadline }: Request): boolean =>
      arrivedAt === undefined ? deadline >= now : (slots?.get(id) ?? 0) > now;
  world.requests = world.requests.filter(counts(world.account.slots.get('total')));
  for (const process of world.processes) {
    const kept = process.requests.filter(counts(process.slots));
    process.requests.splice(0, process.requests.length, ...kept);
    for (const [id, end] of process.slots) if (end <= now) process.slots.delete(id);
  }
  for (const slots of world.account.slots.values()) {
    for (const [id, end] of slots) if (end <= now) slots.delete(id);
  }
  world.arrivals = world.arrivals.filter((arrival) => arrival > now - windowMs);
};

export const arrive = (world: World, request: Request): void => {
  request.arrivedAt = world.now;
  world.arrivals = [...world.arrivals, world.now];
};

/** A name for slots and the requests in them that is the same whatever the permits are called. */
export const slotsKey = (
  slots: Slots | undefined,
  requests: readonly Request[],
  now: number,
  longestAgo: number,
): string => {
  const names: string[] = [];
  for (const [id, end] of slots ?? []) {
    if (end <= now) continue;
    const request = requests.find((each) => each.id === id);
    names.push(`${end - now}${request === undefined ? '' : requestKey(request, now, longestAgo)}`);
  }
  for (const request of requests) {
    if ((slots?.get(request.id) ?? 0) <= now) names.push(requestKey(request, now, longestAgo));
  }
  return names.sort().join(' ');
};

const requestKey = ({ start, deadline, arrivedAt }: Request, now: number, longestAgo: number): string =>
  arrivedAt === undefined
    ? `s${Math.max(0, start - now)}d${deadline - now}`
    : `a${Math.min(longestAgo, now - arrivedAt)}`;

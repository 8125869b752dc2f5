import { nothing, type Part } from '../../src/ledger/arithmetic/share.js';
import { priorities, type Budget, type Protocol } from '../../src/ledger/contract.js';
import type {
  Answered,
  Beat,
  Given,
  Moved,
  ShareTally,
  SlotRequest,
  SlotStore,
  Spender,
} from '../../src/ledger/store-contract.js';

/** One thing that happens to an account: put to two stores, it must be answered in the same way. */
export type Step = (store: SlotStore, account: string) => Promise<unknown>;

interface Member {
  readonly id: string;
  share: Part;
}

const window = (name: string, limit: number, windowMs = 1_000): Budget => ({ name, limit, windowMs });
const stock = (name: string, limit: number, units?: number): Budget => ({
  ...{ name, limit, windowMs: 0 },
  ...(units === undefined ? {} : { units }),
});

/** What calls name together: windows of several lengths, stocks, units, and two opinions of one limit. */
const budgetSets: readonly (readonly Budget[])[] = [
  [window('total', 5)],
  [window('total', 5)],
  [window('total', 4)],
  [window('total', 5), window('tr:slow', 2)],
  [window('tr:odd', 3), window('total', 5)],
  [window('connect', 3, 60_000), { ...window('total', 5), units: 2 }],
  [window('short', 2, 60)],
  [stock('session', 1)],
  [stock('registration', 6, 2)],
  [stock('registration', 6), window('total', 5)],
];

/** A day of an account, drawn step by step; what the stores answer is told by `heard`. */
export const drawDay = (random: () => number, clock: { now(): number }, protocol: Protocol) => {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const maybe = (chance: number): boolean => random() < chance;
  const oneOf = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('nothing to choose from');
    // There is something at every index that is drawn.
    return list[upTo(list.length - 1)] as T;
  };
  let numbers = 0;
  let births = 0;
  const birth = (): Member => ({ id: `m${(births += 1)}`, share: nothing });
  const members: Member[] = [birth(), birth(), birth()];
  const buried: string[] = [];
  const permits: Given[] = [];
  const onShare = new Map<string, number>();
  const lanes = new Set<string>();

  const dated = (): { notAfter?: number } => (maybe(0.2) ? { notAfter: clock.now() + upTo(300) - 20 } : {});
  const takePermits = (most: number): Given[] =>
    Array.from({ length: Math.min(permits.length, most) }, () => permits.splice(upTo(permits.length - 1), 1)).flat();
  const takeAnswered = (): Answered[] =>
    takePermits(1 + upTo(2)).map(({ permitId, budgets }) => ({ permitId, budgets, agoMs: upTo(oneOf([5, 40])) }));
  const anySpender = (): Spender => ({ priority: oneOf(priorities), flow: oneOf(['charts', 'orders', 'm1']) });
  const moves = (): Moved[] => [{ from: anySpender(), to: anySpender(), count: 1 + upTo(3) }];

  const acquire = (): Step => {
    const { id: member } = oneOf(members);
    const priority = oneOf(priorities);
    const which = upTo(budgetSets.length - 1);
    const flow = oneOf(['charts', 'charts', 'orders', member]);
    const want = 1 + upTo(5);
    const request: SlotRequest = {
      member,
      lane: `${member}/${which}${priority}${flow}`,
      budgets: budgetSets[which] ?? [],
      priority,
      flow,
      weight: oneOf([1, 1, 0.3, 3, 0.7]),
      // Mostly just come, so that there are ties.
      waitedMs: oneOf([0, 0, 0, upTo(2_000)]),
      want,
      first: numbers,
      most: 1 + upTo(want - 1),
      leaseMs: 1 + upTo(oneOf([100, protocol.maxDeadlineMs - 1])),
      horizonMs: upTo(250),
      ...(maybe(0.3) ? { answered: takeAnswered() } : {}),
      ...(maybe(0.1) ? { moved: moves() } : {}),
      ...dated(),
    };
    numbers += want;
    lanes.add(request.lane);
    return async (store, account) => {
      const reply = await store.acquire(account, request);
      const granted = reply.kind === 'granted' ? reply.startsInMs.length : 0;
      const known = permits.some(({ permitId }) => permitId === `${member}.${request.first}`);
      for (let index = 0; index < granted && !known; index += 1) {
        const permitId = `${member}.${request.first + index}`;
        permits.push({ permitId, budgets: request.budgets, spender: { priority, flow } });
      }
      return reply;
    };
  };

  const complete = (): Step => {
    const answered = takeAnswered();
    const moved = maybe(0.2) ? moves() : [];
    return (store, account) => store.complete(account, answered, moved);
  };

  const cancel = (): Step => {
    const lane = maybe(0.5) ? { lane: oneOf([...lanes, 'nobody/0']) } : {};
    const given = { permits: takePermits(upTo(2)), ...lane };
    return (store, account) => store.cancel(account, given);
  };

  /** Cumulative, and now and then of what was told before: a reply was lost, or the store that heard it is gone. */
  const tallies = (member: string): ShareTally[] => {
    if (maybe(0.7)) return [];
    const spender = anySpender();
    const key = `${member} ${spender.priority} ${spender.flow}`;
    const before = onShare.get(key) ?? 0;
    const total = before + upTo(4);
    if (maybe(0.7)) onShare.set(key, total);
    return [{ ...spender, total, before: maybe(0.3) ? upTo(before) : before }];
  };

  const heartbeat = (): Step => {
    const member = oneOf(members);
    const limits = oneOf(budgetSets).map(({ units: _units, ...budget }) => budget);
    const leave = maybe(0.03);
    const gone = maybe(0.06)
      ? [oneOf([...members.map(({ id }) => id).filter((id) => id !== member.id), 'nobody'])]
      : [];
    const spent = maybe(0.15)
      ? [{ permitId: `${member.id}.s${(numbers += 1)}`, budgets: oneOf(budgetSets), endsInMs: upTo(3_000) }]
      : [];
    const holds = permits.filter(() => maybe(0.2));
    const low = upTo(9) * 100_000;
    const returned = maybe(0.1) ? { returned: { low, high: low + 100_000 * (1 + upTo(4)) } } : {};
    const beat: Beat = {
      ...{ member: member.id, host: `host:${member.id}`, share: member.share, ...returned },
      ...{ limits, spent, onShare: tallies(member.id), holds, gone, leave, ...dated() },
    };
    permits.push(...spent.map(({ permitId, budgets }) => ({ permitId, budgets, spender: anySpender() })));
    if (leave) {
      members.splice(members.indexOf(member), 1, birth());
      buried.push(member.id);
    }
    // Now and then the reply is lost, and the member goes on with the share that it had.
    const hears = maybe(0.8);
    return async (store, account) => {
      const reply = await store.heartbeat(account, beat);
      if (reply.kind !== 'heard') return reply;
      if (hears) member.share = reply.share;
      const silent = [...reply.silent].sort((left, right) => (left.member < right.member ? -1 : 1));
      return { ...reply, silent };
    };
  };

  const narrow = (): Step => {
    const budget = oneOf(oneOf(budgetSets));
    const told = oneOf([undefined, undefined, 3, 0, 20]);
    return (store, account) => store.narrow(account, budget, told);
  };

  /** Each kind of step by how often it comes. */
  const kinds = [
    ...Array.from({ length: 10 }, () => acquire),
    ...Array.from({ length: 6 }, () => heartbeat),
    ...Array.from({ length: 5 }, () => complete),
    ...Array.from({ length: 2 }, () => cancel),
    narrow,
  ];
  return {
    next: (): Step => oneOf(kinds)(),
    /** How much time goes by before the next step: mostly little, now and then a lease. */
    pause: (): number => {
      const chance = random();
      if (chance < 0.35) return 0;
      if (chance < 0.92) return upTo(150);
      if (chance < 0.985) return upTo(4_000);
      return upTo(90_000);
    },
  };
};

import type { RedisPort, Script } from '../../runtime/redis.js';
import { protocol as protocolInUse, type AccountSnapshot, type Budget, type Protocol } from '../contract.js';
import type {
  Answered,
  BeatReply,
  Entry,
  Given,
  RawSpent,
  SlotReply,
  SlotRequest,
  SlotStore,
  StoreMessage,
} from '../store-contract.js';
import { listOf, snapshotOf, type List, type RawSnapshot } from '../snapshot.js';
import { spentOf } from '../spent.js';
import { scripts } from './scripts.generated.js';

/** Beside the accounts, for the whole server: which memory this is, since when, and whether its starter blessed it. */
const memoryKeys = ['api:epoch:ledger', 'api:epoch'] as const;

/** Everything of one account shares a hash tag, so that one script may touch it all. */
const accountKey = (account: string): string => `api:ratelimit:total:{${account}}`;

/** The accounts of the whole server: heartbeats enter them. */
const accountsKey = 'api:ratelimit:accounts';

const micro = (ms: number): number => Math.round(ms * 1_000);
const ms = (us: unknown): number => Number(us) / 1_000;

const budgetWire = ({ name, limit, windowMs, units }: Budget) => ({
  name,
  limit,
  window: micro(windowMs),
  ...(units === undefined ? {} : { units }),
});

const entryWire = ({ permitId, budgets }: Entry) => ({ permit: permitId, budgets: budgets.map(budgetWire) });

const givenWire = ({ spender: { priority, flow }, ...entry }: Given) => ({ ...entryWire(entry), priority, flow });

/** Permits of the same budgets together: hundreds of them may travel at once. */
const groupsOf = (answered: readonly Answered[]) => {
  const groups = new Map<readonly Budget[], { permits: string[]; ago: number[] }>();
  for (const { permitId, budgets, agoMs } of answered) {
    const group = groups.get(budgets) ?? { permits: [], ago: [] };
    groups.set(budgets, group);
    group.permits.push(permitId);
    group.ago.push(micro(agoMs));
  }
  return [...groups].map(([budgets, group]) => ({ budgets: budgets.map(budgetWire), ...group }));
};

const protocolWire = (protocol: Protocol) => ({
  horizon: micro(protocol.horizonMs),
  maxDeadline: micro(protocol.maxDeadlineMs),
  overdue: micro(protocol.overdueMs),
  shareLease: micro(protocol.shareLeaseMs),
  sharedPart: protocol.sharedPart,
  shareWindow: micro(protocol.shareWindowMs),
  holdLease: micro(protocol.holdLeaseMs),
  grace: micro(protocol.graceMs),
});

export interface RedisSlotStoreOptions {
  readonly protocol?: Protocol;
  /** For tests: the instant (ms) at which the next script runs; the server's clock otherwise. */
  readonly now?: () => number;
}

/** The slots of every account in the gatekeeper Redis, shared by all processes, on that server's clock. */
export const redisSlotStore = (
  redis: RedisPort,
  { protocol = protocolInUse, now }: RedisSlotStoreOptions = {},
): SlotStore => {
  const wire = protocol === protocolInUse ? {} : { protocol: protocolWire(protocol) };
  const instant = (): string => (now === undefined ? '' : String(micro(now())));
  const runRemembering = async (script: Script, account: string, request: object): Promise<unknown> =>
    redis.run(
      script,
      [accountKey(account), ...memoryKeys],
      [JSON.stringify({ ...request, ...wire }), await redis.runId(), instant()],
    );
  const run = (script: Script, account: string, request: object): Promise<unknown> =>
    redis.run(script, [accountKey(account)], [JSON.stringify(request), instant()]);
  return {
    acquire: async (account, { notAfter, waitedMs, leaseMs, horizonMs, budgets, answered = [], moved, ...request }) => {
      const reply = await runRemembering(scripts.acquire, account, {
        ...request,
        budgets: budgets.map(budgetWire),
        waited: micro(waitedMs),
        lease: micro(leaseMs),
        horizon: micro(horizonMs),
        ...(answered.length === 0 ? {} : { answered: groupsOf(answered) }),
        ...movedWire(moved),
        ...(notAfter === undefined ? {} : { notAfter: micro(notAfter) }),
      });
      return slotReply(reply);
    },

    complete: async (account, answered, moved) => {
      await run(scripts.complete, account, { groups: groupsOf(answered), ...movedWire(moved) });
    },

    cancel: async (account, { permits, lane }) => {
      await run(scripts.cancel, account, {
        permits: permits.map(givenWire),
        ...(lane === undefined ? {} : { lane }),
      });
    },

    heartbeat: async (account, { notAfter, limits, spent, holds, ...beat }) => {
      const reply = await runRemembering(scripts.heartbeat, account, {
        ...beat,
        limits: limits.map(budgetWire),
        spent: spent.map((entry) => ({ ...entryWire(entry), ends: micro(entry.endsInMs) })),
        holds: holds.map(entryWire),
        ...(notAfter === undefined ? {} : { notAfter: micro(notAfter) }),
      });
      return beatReply(reply);
    },

    narrow: async (account, budget, told) => {
      await runRemembering(scripts.narrow, account, {
        budget: budgetWire(budget),
        ...(told === undefined ? {} : { told }),
      });
    },

    snapshot: async (account): Promise<AccountSnapshot> => {
      const reply = await runRemembering(scripts.snapshot, account, {});
      // The script's own JSON; its shape is in its header.
      return snapshotOf(account, JSON.parse(String(reply)) as RawSnapshot);
    },

    spent: async (account, sinceMs) => {
      const since = String(micro(sinceMs));
      const rows: RawSpent['rows'][number][] = [];
      for (let from = ''; ;) {
        const reply = await redis.run(scripts.spent, [accountKey(account)], [since, from, instant()]);
        const said = JSON.parse(String(reply)) as RawSpentReply; // the script's own JSON; its shape is in its header
        rows.push(...listOf(said.rows));
        if (said.next === undefined) return spentOf(account, { sinceMs: ms(said.since), rows });
        from = String(said.next);
      }
    },

    accounts: async () => {
      const names = await redis.run(scripts.accounts, [accountsKey], []);
      return Array.isArray(names) ? names.map(String).sort() : [];
    },

    watch: (account, listener) =>
      redis.subscribe(`${accountKey(account)}:events`, (message) => {
        // Only the scripts publish there.
        listener(JSON.parse(message) as StoreMessage);
      }),

    reach: () => redis.ping(),

    epoch: () => redis.runId(),
  };
};

interface RawSpentReply {
  readonly since: number;
  readonly next?: number;
  readonly rows: List<RawSpent['rows'][number]>;
}

const movedWire = (moved: SlotRequest['moved'] = []) => (moved.length === 0 ? {} : { moved });

const unexpected = (script: string, reply: unknown): Error =>
  new Error(`${script}: unexpected reply ${JSON.stringify(reply)}`);

const slotReply = (reply: unknown): SlotReply => {
  if (!Array.isArray(reply)) throw unexpected('acquire', reply);
  const [kind, at, held, ample, come, ...starts] = reply as unknown[];
  if (kind === 'stale' || kind === 'unknown') return { kind, at: ms(at) };
  if (kind !== 'granted') throw unexpected('acquire', reply);
  return {
    kind,
    at: ms(at),
    held: held === 1,
    ample: ample === 1,
    startsInMs: starts.map(ms),
    ...(Number(come) < 0 ? {} : { comeInMs: ms(come) }),
  };
};

/** As the header of heartbeat-3.lua has it. */
type HeardReply = [string, string, number, number, string[], [string, string][], [string, number][]];

const beatReply = (reply: unknown): BeatReply => {
  if (!Array.isArray(reply)) throw unexpected('heartbeat', reply);
  const [kind, at, low, high, lost, silent, limits] = reply as HeardReply;
  if (kind === 'stale' || kind === 'unknown') return { kind, at: ms(at) };
  if (kind !== 'heard') throw unexpected('heartbeat', reply);
  return {
    kind,
    at: ms(at),
    share: { low, high },
    limits: Object.fromEntries(limits),
    lost,
    silent: silent.map(([member, host]) => ({ member, host })),
  };
};

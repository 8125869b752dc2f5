import { isHubError } from '../../error/index.js';
import { priorities, type Ledger, type Priority } from '../../ledger/contract.js';
import type { Clock } from '../../runtime/clock.js';
import { wantEveryMs, wantLeaseMs, type FeedStore, type Pool, type PoolView, type Want } from '../feed-store.js';
import type { Session } from '../session/session.js';
import { leaving, MuteFeeds } from './mute-feeds.js';
import { isSamePlan, noPlan, planSlots, type Denial, type Plan } from './planner.js';
import { Takeovers } from './takeovers.js';

export interface CandidateParts {
  /** Names this process among those that have keys. */
  readonly name: string;
  readonly pool: Pool;
  /** The session of each key that this process has. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** Registrations of a key before the broker taught otherwise. */
  readonly room: number;
  /** Asks whoever wants something for a token; undefined: it may have it. Left out where everybody may. */
  readonly deny?: ((want: Want) => Denial | undefined) | undefined;
  /** Told once of whoever is denied a feed. */
  readonly denied: (feed: string, denial: Denial) => void;
  readonly accountOf: (keyId: string) => string;
  readonly store: FeedStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** How long a feed that nobody wants keeps its slot, ms. */
  readonly graceMs: number;
}

/** Rooms that the broker taught are looked up so often. */
const learnEveryMs = 10_000;

/**
 * What makes a process with keys one of those that may hold sockets: it sees what is wanted, makes the plan with the others (all
 * reckon the same, one is first), and tells its own sessions which feeds are theirs.
 */
export class Candidate {
  readonly #parts: CandidateParts;
  readonly #rooms = new Map<string, number>();
  readonly #takeovers: Takeovers;
  readonly #muteFeeds: MuteFeeds;
  /** Who was told of, by consumer and feed. */
  #told = new Set<string>();
  #learnedAt = -Infinity;
  #timer: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #unwatch: (() => void) | undefined;
  readonly #unlisten: () => void;
  /** The newest that was seen: a server that forgot must not reshuffle what works. */
  #known: Plan = noPlan;

  constructor(parts: CandidateParts) {
    this.#parts = parts;
    this.#takeovers = new Takeovers(parts);
    this.#muteFeeds = new MuteFeeds(parts.sessions);
    const accounts = new Set([...parts.sessions.keys()].map(parts.accountOf));
    this.#unlisten = parts.ledger.listen((event) => {
      if (event.kind !== 'narrowed' || event.budget !== 'registration' || !accounts.has(event.account)) return;
      this.#learnedAt = -Infinity;
      this.look();
    });
    this.look();
  }

  /** Something may have changed. */
  look(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#looking ??= this.#lookWhileNeeded().finally(() => {
      this.#looking = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.();
    this.#unwatch?.();
    this.#unlisten();
    await Promise.all([...this.#parts.sessions.values()].map((session) => session.close()));
    await this.#looking;
  }

  async #lookWhileNeeded(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#once().catch((error: unknown) => {
        // What is away is asked again; sessions go on meanwhile.
        if (!isHubError(error)) throw error;
      });
    }
    this.#timer?.();
    if (this.#closed) return;
    this.#timer = this.#parts.clock.after(wantEveryMs / 4, () => {
      this.look();
    });
  }

  async #once(): Promise<void> {
    const { name, store, pool, sessions, graceMs, deny } = this.#parts;
    this.#unwatch ??= await store.watch(pool, () => {
      this.look();
    });
    await this.#learn();
    const view = await store.look(pool, { name, guards: deny !== undefined, rooms: this.#rooms });
    const before = view.plan.version < this.#known.version ? this.#known : view.plan;
    const { wants, denied } = judged(view.wants, deny);
    this.#tellDenied(denied.denied ?? {});
    // Whoever does not ask for tokens must not let in what others keep out.
    const isOthers =
      deny === undefined && view.contenders.some(({ guards, silentMs }) => guards && silentMs < wantLeaseMs);
    const plan = isOthers
      ? before
      : { ...planSlots({ ...view, wants: urgent(wants), leaving: leaving(view.ladders), before, graceMs }), ...denied };
    this.#known = before;
    if (!isSamePlan(plan, view.plan)) {
      if (!(await store.replan(pool, plan, view.plan.version))) {
        this.#again = true;
        return;
      }
      this.#known = plan;
    }
    this.#tell(sessions, wants);
    this.#muteFeeds.see(view.ladders, view.now);
    await this.#takeovers.see(view.takeovers);
  }

  #tellDenied(denied: NonNullable<Plan['denied']>): void {
    const now = new Set<string>();
    for (const [consumer, feeds] of Object.entries(denied)) {
      for (const [feed, denial] of Object.entries(feeds)) {
        now.add(`${consumer} ${feed}`);
        if (!this.#told.has(`${consumer} ${feed}`)) this.#parts.denied(feed, denial);
      }
    }
    this.#told = now;
  }

  #tell(sessions: CandidateParts['sessions'], wants: PoolView['wants']): void {
    const raw = new Set(wants.filter((want) => want.raw).map(({ feed }) => feed));
    for (const [keyId, session] of sessions) {
      const mine = Object.entries(this.#known.feeds).filter(([, slot]) => slot.keyId === keyId);
      session.want(new Map(mine.map(([feed]) => [feed, raw.has(feed)])));
    }
  }

  async #learn(): Promise<void> {
    const { sessions, ledger, accountOf, room, clock } = this.#parts;
    if (clock.monotonic() - this.#learnedAt < learnEveryMs) return;
    this.#learnedAt = clock.monotonic();
    for (const keyId of sessions.keys()) {
      const { budgets } = await ledger.snapshot(accountOf(keyId));
      const stock = budgets.find(({ name }) => name === 'registration');
      this.#rooms.set(keyId, Math.min(room, stock?.inUse ?? room));
    }
  }
}

/** What may be had, and what may not. The order is that of the wants: the same for all who reckon it. */
const judged = (
  all: readonly Want[],
  deny: CandidateParts['deny'],
): { readonly wants: readonly Want[]; readonly denied: Pick<Plan, 'denied'> } => {
  if (deny === undefined) return { wants: all, denied: {} };
  const denied: Record<string, Record<string, Denial>> = {};
  const wants = all.filter((want) => {
    const denial = deny(want);
    if (denial !== undefined) (denied[want.consumer] ??= {})[want.feed] = denial;
    return denial === undefined;
  });
  return { wants, denied: Object.keys(denied).length === 0 ? {} : { denied } };
};

const urgent = (wants: readonly Want[]): Map<string, Priority> => {
  const all = new Map<string, Priority>();
  for (const { feed, priority } of wants) {
    const known = all.get(feed);
    if (known === undefined || priorities.indexOf(priority) < priorities.indexOf(known)) all.set(feed, priority);
  }
  return all;
};

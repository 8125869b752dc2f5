import type { Broker, Rates } from '../../broker/contract.js';
import type { LiveProtocol } from '../../broker/live.js';
import { isHubError } from '../../error/index.js';
import type { Hold, Ledger } from '../../ledger/contract.js';
import type { Environment } from '../../request/contract.js';
import { sleep, type Clock } from '../../runtime/clock.js';
import { linkedSignal } from '../../runtime/linked-signal.js';
import type { Notify } from '../../runtime/notice.js';
import type { Random } from '../../runtime/random.js';
import type { TokenRecord } from '../../vault/contract.js';
import { processOf } from '../contender-name.js';
import type { FeedStore, Pool } from '../feed-store.js';
import type { SessionFrames } from '../capture/contract.js';
import type { OpenSocket } from '../socket/contract.js';
import { BackOff } from './back-off.js';
import { Carried } from './carried.js';
import { Connection } from './connection.js';
import type { ConnectionEnd } from './connection-end.js';
import { watchPreOpen } from './pre-open.js';
import { Publisher } from './publisher.js';
import { RegistrationStock } from './registration-stock.js';

export interface SessionParts {
  /** Names this process among those that have the key. */
  readonly name: string;
  readonly pool: Pool;
  readonly keyId: string;
  /** Whose quota, `broker:environment:keyId`. */
  readonly account: string;
  readonly broker: Broker;
  readonly environment: Environment;
  readonly protocol: LiveProtocol;
  /** `ws://host:port/path`. */
  readonly address: string;
  readonly rates: (now: number) => Rates;
  /** Slots of `total` that an open session keeps: 0 where the broker counts REST and WebSocket apart. */
  readonly occupancy: number;
  readonly store: FeedStore;
  readonly ledger: Ledger;
  /** The approval key, or the token; newer than this generation where one was refused. */
  readonly secret: (newerThan: number | undefined, signal: AbortSignal) => Promise<TokenRecord>;
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
  /** Told of everything that is heard. */
  readonly frames?: SessionFrames | undefined;
  /** So long before the market opens it is looked whether all is ready, ms; left out: never. */
  readonly preOpenMs?: number | undefined;
  /** Of a KST day, `YYYY-MM-DD`; every weekday where it is left out. */
  readonly isTradingDay?: ((day: string) => boolean) | undefined;
}

const pauseAfterFailureMs = 1_000;
const drainMs = 2_000;
const problemsTold = 8;
/** Two pings of the broker and some more: whoever holds a session was heard by then. */
const unheardAfterMs = 30_000;

/**
 * The session of one key, as far as this process may hold it: it waits for the lease as long as the plan gives feeds to the key,
 * keeps the socket open, and reports every interruption. All processes with the key have one of these; the ledger lets one in.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #carried: Carried;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  #changed: () => void = () => undefined;
  #connection: Connection | undefined;
  #generation: number | undefined;
  #isAside = false;
  #giveWay: () => void = () => undefined;
  #lastEnd: string | undefined;
  #letGo: (why: Error) => void = () => undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#carried = parts.frames?.carried ?? new Carried(parts.broker.name, parts.keyId);
    this.#done = Promise.all([this.#run(), this.#watchPreOpen()]).then(() => undefined);
  }

  /** What the plan gives to this key, and whether its raw records are wanted. */
  want(feeds: ReadonlyMap<string, boolean>): void {
    if (!this.#carried.want(feeds, this.#parts.clock.now())) return;
    this.#connection?.sync();
    this.#changed();
  }

  /** Counts the holders; undefined while this process is none. */
  get generation(): number | undefined {
    return this.#generation;
  }

  /** Why this process could not open the socket; undefined: it could, as far as can be told without doing it. */
  async inability(): Promise<string | undefined> {
    try {
      await this.#parts.secret(undefined, this.#end.signal);
      return undefined;
    } catch (error) {
      return isHubError(error) ? `${error.code} ${error.message}` : textOf(error);
    }
  }

  /** Whether another process is to have the session first. What this one holds it keeps. */
  stepAside(aside: boolean): void {
    if (this.#isAside === aside) return;
    this.#isAside = aside;
    if (aside) this.#giveWay();
    else this.#changed();
  }

  /** Closes the socket and lets the session go to `to`, for which others are to step aside. */
  handOver(to: string, reason: string): void {
    this.#parts.notify({ kind: 'feed-handover', account: this.#parts.account, to, reason });
    this.#letGo(new Error(`the session goes to ${to}`));
  }

  /** A feed stays mute: it is given back and asked for again. */
  resubscribe(feed: string): void {
    this.#connection?.resubscribe(feed);
  }

  /** A feed stays mute: another socket may tell it. */
  reconnect(feed: string): void {
    this.#connection?.reconnect(`${feed} stays mute, another socket was asked for`);
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#changed();
    await this.#done;
    await this.#parts.frames?.close();
  }

  #isClosed(): boolean {
    return this.#end.signal.aborted;
  }

  #mayBegin(): boolean {
    return this.#carried.isWanted && !this.#isAside;
  }

  async #watchPreOpen(): Promise<void> {
    const { clock, notify, account, preOpenMs: leadMs, isTradingDay = () => true } = this.#parts;
    if (leadMs === undefined) return;
    await watchPreOpen({
      ...{ clock, leadMs, isTradingDay, signal: this.#end.signal },
      look: () => this.#problems(),
      tell: (problems, opensInMs) => {
        const shown = [...problems.slice(0, problemsTold), ...more(problems.length - problemsTold)];
        const ok = problems.length === 0;
        notify({ kind: 'feed-preopen', account, ok, problems: shown, feeds: this.#carried.live.length, opensInMs });
      },
    });
  }

  /** What is wrong with the session of this key; undefined: nothing is wanted, or its holder is well and tells it. */
  async #problems(): Promise<readonly string[] | undefined> {
    const { store, pool, keyId, clock } = this.#parts;
    if (!this.#carried.isWanted) return undefined;
    if (this.#generation !== undefined) {
      return this.#connection?.ailments ?? [`there is no socket: ${this.#lastEnd ?? 'none was opened yet'}`];
    }
    try {
      const [stored] = await store.sessions(pool, [keyId]);
      if (stored === undefined || stored.generation === 0 || stored.ended) return ['nobody holds the session'];
      const heardMs = clock.now() - stored.throughMs;
      if (heardMs < unheardAfterMs) return undefined;
      const since = String(Math.round(heardMs / 1_000));
      return [`${processOf(stored.holder)} holds the session, and nothing was heard by it for ${since} s`];
    } catch (error) {
      return [textOf(error)];
    }
  }

  async #run(): Promise<void> {
    const { clock, notify, account } = this.#parts;
    while (!this.#isClosed()) {
      if (!this.#mayBegin()) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
          if (this.#end.signal.aborted || this.#mayBegin()) resolve();
        });
        continue;
      }
      try {
        await this.#withLease((hold) => this.#hold(hold));
      } catch (error) {
        if (this.#isClosed()) return;
        if (this.#isAside) continue;
        notify({
          kind: 'feed-failed',
          account,
          code: isHubError(error) ? error.code : 'HUB_UNEXPECTED',
          message: textOf(error),
          forMs: pauseAfterFailureMs,
        });
        await sleep(clock, pauseAfterFailureMs, this.#end.signal);
      }
    }
  }

  async #withLease(use: (hold: Hold) => Promise<void>): Promise<void> {
    const { ledger, account, broker, occupancy, rates, clock } = this.#parts;
    const { session } = broker.realtimeLimits;
    const reserved = broker
      .budgets(rates(clock.now()))
      .filter(({ name }) => name === 'total')
      .map((budget) => ({ ...budget, units: occupancy }));
    const wait = linkedSignal([this.#end.signal]);
    this.#giveWay = () => {
      wait.abort(new Error('another process is to have the session first'));
    };
    const hold = await ledger
      .hold({
        account,
        budgets: [{ name: 'session', limit: session.value, windowMs: 0 }, ...(occupancy > 0 ? reserved : [])],
        leaseMs: 0,
        priority: 'realtime',
        signal: wait.signal,
      })
      .finally(() => {
        wait.release();
      });
    try {
      if (this.#mayBegin()) await use(hold);
    } finally {
      await hold.release();
    }
  }

  async #hold(hold: Hold): Promise<void> {
    const { store, pool, keyId, clock, account, notify } = this.#parts;
    const beginning = await store.begin(pool, keyId, this.#parts.name);
    if (beginning === 'aside') {
      this.#isAside = true;
      return;
    }
    const stop = linkedSignal([this.#end.signal, hold.lost]);
    this.#generation = beginning.generation;
    this.#letGo = (why) => {
      stop.abort(why);
    };
    const publisher = new Publisher({
      ...{ store, pool, keyId, clock },
      ...beginning,
      lost: (why) => {
        stop.abort(why);
      },
    });
    notify({ kind: 'feed-session', account, generation: beginning.generation });
    this.#carried.begin(publisher, beginning, clock.now());
    const stock = new RegistrationStock(this.#parts, stop.signal);
    try {
      await this.#connections(stock, stop.signal);
    } finally {
      this.#generation = undefined;
      await stock.giveAll();
      stop.release();
      // What is missing from now on is told by the next holder, from what has been published.
      if (!hold.lost.aborted) {
        await publisher.drain(drainMs);
        await store.end(pool, keyId, beginning.generation).catch(() => undefined);
      }
      publisher.stop();
      this.#carried.leave();
    }
  }

  /** One socket after the other, until the session ends. */
  async #connections(stock: RegistrationStock, signal: AbortSignal): Promise<void> {
    const { clock, random, notify, account } = this.#parts;
    const pauses = new BackOff(random);
    let newerThan: number | undefined;
    const over = (): boolean => signal.aborted || !this.#carried.isWanted;
    while (!over()) {
      const connection = new Connection({ ...this.#parts, carried: this.#carried, stock, newerThan });
      this.#connection = connection;
      let last: ConnectionEnd;
      try {
        last = await connection.run(signal);
      } finally {
        this.#connection = undefined;
      }
      newerThan = last.staleGeneration;
      if (over()) return;
      pauses.ended(last.lastedMs, last.why === 'in-use');
      const { attempts, exhausted } = pauses;
      const pauseMs = pauses.pauseMs();
      const { why, detail } = last;
      this.#lastEnd = detail;
      notify({ kind: exhausted ? 'feed-stopped' : 'feed-broken', account, why, detail, attempts, forMs: pauseMs });
      if (exhausted) pauses.reset();
      await sleep(clock, pauseMs, signal);
    }
  }
}

const more = (count: number): string[] => (count > 0 ? [`and ${String(count)} more`] : []);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import { hostname } from 'node:os';

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
import type { FeedStore, Pool } from '../feed-store.js';
import type { SessionFrames } from '../capture/contract.js';
import type { OpenSocket } from '../socket/contract.js';
import { BackOff } from './back-off.js';
import { Carried } from './carried.js';
import { Connection, type ConnectionEnd } from './connection.js';
import { Publisher } from './publisher.js';
import { RegistrationStock } from './registration-stock.js';

export interface SessionParts {
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
}

const pauseAfterFailureMs = 1_000;
const drainMs = 2_000;

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

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#carried = parts.frames?.carried ?? new Carried(parts.broker.name, parts.keyId);
    this.#done = this.#run();
  }

  /** What the plan gives to this key, and whether its raw records are wanted. */
  want(feeds: ReadonlyMap<string, boolean>): void {
    if (!this.#carried.want(feeds, this.#parts.clock.now())) return;
    this.#connection?.sync();
    this.#changed();
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

  async #run(): Promise<void> {
    const { clock, notify, account } = this.#parts;
    while (!this.#isClosed()) {
      if (!this.#carried.isWanted) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
          if (this.#end.signal.aborted || this.#carried.isWanted) resolve();
        });
        continue;
      }
      try {
        await this.#withLease((hold) => this.#hold(hold));
      } catch (error) {
        if (this.#isClosed()) return;
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
    const hold = await ledger.hold({
      account,
      budgets: [{ name: 'session', limit: session.value, windowMs: 0 }, ...(occupancy > 0 ? reserved : [])],
      leaseMs: 0,
      priority: 'realtime',
      signal: this.#end.signal,
    });
    try {
      if (this.#carried.isWanted) await use(hold);
    } finally {
      await hold.release();
    }
  }

  async #hold(hold: Hold): Promise<void> {
    const { store, pool, keyId, clock, account, notify } = this.#parts;
    const beginning = await store.begin(pool, keyId, `${hostname()}:${String(process.pid)}`);
    const stop = linkedSignal([this.#end.signal, hold.lost]);
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
      notify({ kind: exhausted ? 'feed-stopped' : 'feed-broken', account, why, detail, attempts, forMs: pauseMs });
      if (exhausted) pauses.reset();
      await sleep(clock, pauseMs, signal);
    }
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

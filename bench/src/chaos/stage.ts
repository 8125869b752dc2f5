import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { disconnections, startBrokerSim, type BrokerSim } from '@hub/broker-sim';

import type { Gatekeeper } from '../chaos-ledger/gatekeeper.js';
import { startChild, type Child, type ChildOptions } from '../harness/child.js';
import type { CommandContext } from '../harness/command.js';
import { startServers } from '../harness/servers.js';
import type { Trouble } from './faults.js';
import type { Ended, Live, Order, Role } from './order.js';

/** Ten o'clock on a trading day, KST. */
const marketStart = Date.UTC(2026, 10, 6, 1);
export const day = '2026-11-06';
export const perSecond = { kis: 18, kiwoom: 5 } as const;
/** Two collectors, three workers, a writer and a Sentinel. */
export const cast: readonly Role[] = ['collector', 'collector', 'worker', 'worker', 'worker', 'writer', 'sentinel'];
/** So long a writer has no room, ms. */
const diskFullMs = 4_000;

/** Trading days that one page of daily bars reaches back, as days of the calendar. */
const historyDays = 900;

/** Prices are made when first asked for: made in the middle of a run they would keep both brokers from answering for seconds. */
const makeHistory = ({ market }: BrokerSim, code: string): void => {
  for (let back = 1; back <= historyDays; back += 1) {
    const date = new Date(marketStart - back * 86_400_000).toISOString().slice(0, 10);
    market.day(code, 'KRX', date.replaceAll('-', ''));
  }
};

/** One program, whatever process it is now. */
interface Part {
  readonly role: Role;
  child: Child;
}

/** The programs, both servers and the brokers of a run. */
export class Stage {
  /** When the first collector had all its feeds. */
  firstLiveMs = Infinity;
  readonly ended: Ended[] = [];
  readonly #parts: Part[] = [];
  #isLive: () => void = () => undefined;
  readonly #live = new Promise<void>((resolve) => {
    this.#isLive = resolve;
  });

  private constructor(
    readonly sim: BrokerSim,
    readonly order: Omit<Order, 'role'>,
    private readonly servers: { readonly main: Gatekeeper; readonly gatekeeper: Gatekeeper },
  ) {}

  static async open({ onExit }: CommandContext, seed: number, symbols: readonly string[]): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'hub-chaos-day-'));
    onExit(() => rm(folder, { recursive: true, force: true }));
    const { main, gatekeeper } = await startServers({ onExit });
    const offsetMs = marketStart - Date.now();
    const kisKey = { appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') };
    const kiwoomKey = {
      appKey: randomBytes(22).toString('base64url'),
      secretKey: randomBytes(32).toString('base64url'),
    };
    const sim = await startBrokerSim({
      ...{ seed, keys: [kisKey], tokenMinuteMs: 900, limit: { perSecond: perSecond.kis, window: 'sliding' } },
      kiwoom: { keys: [kiwoomKey], limit: { perTr: perSecond.kiwoom, window: 'sliding' } },
      now: () => performance.timeOrigin + performance.now() + offsetMs,
      symbols: symbols.map((code, index) => ({
        ...{ code, name: `share ${String(index)}`, basePrice: 50_000 + 1_000 * index, meanSize: 100 },
        ...{ tradesPerMinute: 60, idleShare: 0, listedShares: 1_000_000_000 },
      })),
      haltedSymbolDays: [],
      live: { pingMs: 250, missedPings: 40, releaseMs: 3_000, banConnects: 30 },
    });
    onExit(() => sim.close());
    for (const code of symbols) makeHistory(sim, code);
    const redis = { main: main.url, gatekeeper: gatekeeper.url };
    const order = {
      redis,
      brokerUrl: sim.url,
      kisKey,
      kiwoomKey,
      symbols,
      offsetMs,
      db: join(folder, 'market.duckdb'),
    };
    const stage = new Stage(sim, order, { main, gatekeeper });
    onExit(() => stage.stop());
    return stage;
  }

  /** The writer first: the others publish to it. */
  async start(): Promise<void> {
    for (const role of cast) this.#parts.push({ role, child: this.#child(role) });
    await this.#live;
  }

  /** Resolves when it has been done, not when it is over. */
  async trouble(trouble: Trouble, draw: () => number): Promise<void> {
    switch (trouble.kind) {
      case 'kill':
        await this.#restart(trouble.part, {});
        return;
      case 'freeze': {
        const part = this.#parts[trouble.part];
        await part?.child.signal('SIGSTOP');
        const frozen = part?.child;
        setTimeout(() => void frozen?.signal('SIGCONT'), trouble.forMs);
        return;
      }
      case 'disk': {
        const writer = cast.indexOf('writer');
        // A file cannot grow beyond this: to DuckDB the disk is full.
        await this.#restart(writer, { fileBlocks: 1 });
        await sleep(diskFullMs);
        await this.#restart(writer, {});
        return;
      }
      case 'redis': {
        const server = this.servers[trouble.role];
        if (trouble.role === 'main') await server.snapshot();
        await server.kill();
        await sleep(500);
        await server.start(trouble.role === 'main' ? 'snapshot' : 'empty');
        return;
      }
      case 'rest':
        this.sim.faults.add({ kind: trouble.fault, ms: 1_500, times: trouble.times });
        return;
      case 'token':
        this.sim.killTokens('revoked');
        return;
      case 'feed':
        this.#breakFeed(trouble, draw);
    }
  }

  /** Whether somebody holds the socket, and all shares are registered on it. */
  get isLive(): boolean {
    const { symbols } = this.order;
    return this.sim.live
      .sessions()
      .some(
        ({ broker, registrations, halfOpen }) =>
          broker === 'kis' && !halfOpen && registrations.length >= symbols.length,
      );
  }

  /** Ends all programs in order. */
  async stop(): Promise<void> {
    // Whoever stands still cannot end.
    await Promise.all(this.#parts.map(({ child }) => child.signal('SIGCONT')));
    const last = (role: Role): boolean => role === 'writer' || role === 'worker';
    await Promise.all(this.#parts.filter(({ role }) => !last(role)).map(({ child }) => child.stop()));
    await Promise.all(this.#parts.filter(({ role }) => last(role)).map(({ child }) => child.stop()));
  }

  #breakFeed({ how, symbol, cut }: Extract<Trouble, { kind: 'feed' }>, draw: () => number): void {
    if (how === 'garble') this.sim.live.garble({ times: 1 });
    else if (how === 'disconnect') {
      this.sim.live.disconnect({ how: disconnections[Math.floor(draw() * disconnections.length)] ?? 'close' });
    } else {
      const { symbols } = this.order;
      this.sim.live.silence({
        tr: 'H0STCNT0',
        key: symbols[Math.floor(cut * symbols.length + symbol) % symbols.length] ?? '',
      });
    }
  }

  async #restart(index: number, options: ChildOptions): Promise<void> {
    const part = this.#parts[index];
    if (part === undefined) return;
    await part.child.signal('SIGKILL');
    part.child = this.#child(part.role, options);
  }

  #child(role: Role, options: ChildOptions = {}): Child {
    const child = startChild(new URL('part.js', import.meta.url), { ...this.order, role }, options);
    // A broker that waits for a processor sees calls closer together than they were made.
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    void this.#follow(child);
    return child;
  }

  async #follow(child: Child): Promise<void> {
    const follow = async <Message extends { readonly kind: string }>(
      kind: Message['kind'],
      act: (message: Message) => void,
    ): Promise<void> => {
      for (;;) act(await child.next<Message>(kind));
    };
    const all = [
      follow<Live>('live', ({ atMs }) => {
        this.firstLiveMs = Math.min(this.firstLiveMs, atMs);
        this.#isLive();
      }),
      follow<Ended>('ended', (ended) => this.ended.push(ended)),
    ];
    await Promise.allSettled(all); // it has ended
  }
}

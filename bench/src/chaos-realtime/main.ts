import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { disconnections, startBrokerSim, type BrokerSim } from '@hub/broker-sim';

import type { Gatekeeper } from '../chaos-ledger/gatekeeper.js';
import { startChild, type Child } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { startServers } from '../harness/servers.js';
import { drawing, seedIn, type Draw } from '../harness/drawing.js';
import { LedgerOfTruth } from './ledger-of-truth.js';
import type { GroupOrder, Holding, Ready, Report, Trouble } from './order.js';

/** 10:00 on a trading day, KST. */
const marketStart = Date.UTC(2026, 10, 6, 1, 0, 0);
const midnightMs = marketStart - 10 * 3_600_000;
const day = '20261106';
/** What the broker lets through, and beyond which it bans. */
const limits = { kis: 18, kiwoom: 20, bans: 30 };
const excessAllowedMs = 500;
const settleMs = { full: 45_000, quick: 6_000 };

interface Plan {
  readonly symbols: number;
  readonly groups: readonly number[];
  readonly kisKeys: number;
  readonly runMs: number;
  readonly disconnects: number;
  readonly kills: number;
  /** Feeds of trades that are acknowledged and tell nothing any more. */
  readonly silences: number;
  readonly restarts: readonly ('main' | 'gatekeeper')[];
}

const quickPlan: Plan = {
  ...{ symbols: 6, groups: [2, 1], kisKeys: 1, runMs: 26_000 },
  ...{ disconnects: 3, kills: 0, silences: 0, restarts: ['main'] },
};

const fullPlan = (minutes: number): Plan => ({
  ...{ symbols: 40, groups: [2, 2, 1], kisKeys: 2, runMs: minutes * 60_000 },
  disconnects: Math.max(2, Math.round(2 * minutes)),
  kills: Math.max(1, Math.round(minutes / 2)),
  silences: Math.round(minutes / 3),
  restarts: ['main', 'gatekeeper', 'main'],
});

/** One process with collectors; started again when it is killed. */
interface Group {
  readonly name: string;
  child: Child;
  readonly holds: Set<string>;
  ready: Promise<void>;
}

class Stage {
  readonly truth = new LedgerOfTruth();
  readonly troubles: Record<string, number> = {};
  readonly #groups: Group[] = [];
  #started = 0;

  constructor(
    private readonly sim: BrokerSim,
    private readonly order: Omit<GroupOrder, 'collectors'>,
    private readonly plan: Plan,
  ) {}

  get groups(): readonly Group[] {
    return this.#groups;
  }

  start(collectors: number): Group {
    this.#started += 1;
    const name = `g${String(this.#started)}`;
    const child = startChild(new URL('collector.js', import.meta.url), { ...this.order, collectors });
    const group: Group = { name, child, holds: new Set(), ready: Promise.resolve() };
    this.#groups.push(group);
    void this.#follow<Report>(group, 'report', (report) => {
      this.truth.add(name, report);
    });
    void this.#follow<Holding>(group, 'holding', ({ account }) => {
      for (const each of this.#groups) each.holds.delete(account);
      group.holds.add(account);
    });
    void this.#follow<Trouble>(group, 'trouble', ({ what }) => {
      this.troubles[what] = (this.troubles[what] ?? 0) + 1;
    });
    group.ready = this.#ready(group, collectors);
    return group;
  }

  /** kill -9 of a process that holds a socket; another one of its kind takes its place. */
  async killHolder(draw: Draw): Promise<void> {
    const holders = this.#groups.filter(({ holds }) => holds.size > 0);
    const victim = holders[Math.floor(draw() * holders.length)];
    if (victim === undefined) return;
    await victim.child.signal('SIGKILL');
    this.#groups.splice(this.#groups.indexOf(victim), 1);
    this.start(this.plan.groups[Math.floor(draw() * this.plan.groups.length)] ?? 1);
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#groups.map(async ({ name, child }) => {
        child.send({ kind: 'end' });
        this.truth.add(name, await child.next<Report>('last'));
        await child.stop();
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#groups.map(({ child }) => child.stop()));
    await this.sim.close();
  }

  async #ready({ name, child }: Group, collectors: number): Promise<void> {
    for (let count = 0; count < collectors; count += 1) {
      const { collector, atMs } = await child.next<Ready>('ready');
      this.truth.ready(name, collector, atMs);
    }
  }

  async #follow<Message extends { readonly kind: string }>(
    { child }: Group,
    kind: Message['kind'],
    act: (message: Message) => void,
  ): Promise<void> {
    try {
      for (;;) act(await child.next<Message>(kind));
    } catch {
      // It has ended.
    }
  }
}

const keys = (count: number) =>
  Array.from({ length: count }, () => ({
    appKey: `PS${randomBytes(17).toString('hex')}`,
    appSecret: randomBytes(90).toString('hex'),
  }));

const openSim = async (plan: Plan, seed: number, offsetMs: number) => {
  const kisKeys = keys(plan.kisKeys);
  const kiwoomKey = { appKey: randomBytes(22).toString('base64url'), secretKey: randomBytes(32).toString('base64url') };
  const sim = await startBrokerSim({
    seed,
    now: () => performance.timeOrigin + performance.now() + offsetMs,
    keys: kisKeys,
    tokenMinuteMs: 900,
    limit: { perSecond: limits.kis, window: 'sliding' },
    symbols: Array.from({ length: plan.symbols }, (_each, index) => ({
      ...{ code: String(100_000 + 10 * index), name: `share ${String(index)}`, basePrice: 50_000 + 1_000 * index },
      ...{ tradesPerMinute: 60, idleShare: 0, meanSize: 100, listedShares: 1_000_000_000 },
    })),
    haltedSymbolDays: [],
    kiwoom: { keys: [kiwoomKey] },
    // Trades come on whole seconds here, all at once; the pings stand for what comes in between.
    live: { pingMs: 250, missedPings: 40, releaseMs: 3_000, banConnects: limits.bans },
  });
  return { sim, kisKeys, kiwoomKeys: [kiwoomKey] };
};

const restart = async (server: Gatekeeper, role: 'main' | 'gatekeeper'): Promise<void> => {
  // The main server keeps a log; the gatekeeper's data lives for seconds.
  if (role === 'main') await server.snapshot();
  await server.kill();
  await sleep(500);
  await server.start(role === 'main' ? 'snapshot' : 'empty');
};

interface Step {
  readonly atMs: number;
  readonly run: () => Promise<unknown>;
}

/** When what happens; the same seed gives the same. */
const scheduleOf = (
  plan: Plan,
  draw: Draw,
  actions: Record<'disconnect' | 'kill' | 'silence' | 'main' | 'gatekeeper', () => Promise<unknown>>,
): Step[] => {
  const spread = (count: number, run: () => Promise<unknown>): Step[] =>
    Array.from({ length: count }, (_each, index) => ({
      atMs: ((index + 0.1 + 0.8 * draw()) / count) * plan.runMs,
      run,
    }));
  return [
    ...spread(plan.disconnects, actions.disconnect),
    ...spread(plan.kills, actions.kill),
    ...spread(plan.silences, actions.silence),
    ...plan.restarts.flatMap((role, index) => ({
      atMs: ((index + 0.3 + 0.4 * draw()) / plan.restarts.length) * plan.runMs,
      run: actions[role],
    })),
  ].sort((left, right) => left.atMs - right.atMs);
};

const chaos = async (context: CommandContext, given: { seed?: string; minutes?: string }): Promise<Figures> => {
  const seed = seedIn(given.seed);
  const draw = drawing(seed);
  const plan = context.quick ? quickPlan : fullPlan(Number(given.minutes ?? 10));
  const offsetMs = marketStart - Date.now();
  const { main, gatekeeper } = await startServers(context);
  const { sim, ...brokerKeys } = await openSim(plan, seed, offsetMs);
  const stage = new Stage(
    sim,
    {
      redis: { main: main.url, gatekeeper: gatekeeper.url },
      brokerUrl: sim.url,
      ...brokerKeys,
      symbols: [...sim.market.symbols.keys()],
      offsetMs,
    },
    plan,
  );
  context.onExit(() => stage.stop());
  const started = performance.now();
  for (const collectors of plan.groups) stage.start(collectors);
  await Promise.all(stage.groups.map(({ ready }) => ready));
  const readyMs = performance.now() - started;
  context.say(`    all live after ${String(Math.round(readyMs))} ms`);

  const schedule = scheduleOf(plan, draw, {
    disconnect: () => {
      const sessions = sim.live.sessions().filter(({ halfOpen, keyId }) => !halfOpen && keyId !== '');
      const session = sessions[Math.floor(draw() * sessions.length)];
      const how = disconnections[Math.floor(draw() * disconnections.length)] ?? 'close';
      if (session !== undefined) sim.live.disconnect({ keyId: session.keyId, how });
      return Promise.resolve();
    },
    kill: () => stage.killHolder(draw),
    silence: () => {
      const symbols = [...sim.market.symbols.keys()];
      const key = symbols[Math.floor(draw() * symbols.length)] ?? '';
      sim.live.silence({ tr: draw() < 0.5 ? 'H0STCNT0' : '0B', key });
      return Promise.resolve();
    },
    main: () => restart(main, 'main'),
    gatekeeper: () => restart(gatekeeper, 'gatekeeper'),
  });
  const began = performance.now();
  for (const { atMs, run } of schedule) {
    await sleep(Math.max(0, atMs - (performance.now() - began)), undefined, { signal: context.signal });
    await run();
  }
  // The last interruption has time to end.
  await sleep(Math.max(0, plan.runMs - (performance.now() - began)), undefined, { signal: context.signal });
  await sleep(context.quick ? settleMs.quick : settleMs.full, undefined, { signal: context.signal });
  await stage.end();

  const judgement = stage.truth.judge(sim, day, midnightMs);
  const { brokers, live } = sim.journal();
  const missed = [
    ...(judgement.unexplained.length === 0 ? [] : [`${String(judgement.unexplained.length)} trades in no gap`]),
    ...(judgement.doubled + judgement.disordered === 0 ? [] : ['trades that came twice or in disorder']),
    ...(judgement.trades > 0 ? [] : ['trades at all']),
    ...(judgement.longestExcessMs <= excessAllowedMs ? [] : ['gaps no longer than the outage and half a second']),
    ...(['kis', 'kiwoom'] as const).flatMap((broker) => {
      const { maxSockets, maxCombined, bans, maxRegistrations } = brokers[broker].live;
      return [
        ...(maxSockets <= 1 ? [] : [`${broker}: one socket per key`]),
        ...(broker === 'kiwoom' || maxCombined <= limits.kis ? [] : [`${broker}: REST and control within the limit`]),
        ...(bans === 0 ? [] : [`${broker}: no ban`]),
        ...(maxRegistrations <= (broker === 'kis' ? 41 : 200) ? [] : [`${broker}: registrations`]),
      ];
    }),
  ];
  const figures = {
    ok: missed.length === 0,
    ...{ seed, plan, readyMs: Math.round(readyMs), missed },
    ...{ ...judgement, unexplained: judgement.unexplained.length, examples: judgement.unexplained.slice(0, 10) },
    troubles: stage.troubles,
    outages: live.outages.map(({ broker, cause, from, to, feeds }) => ({
      ...{ broker, cause, feeds, ms: to === null ? null : Math.round(to - from) },
    })),
    live: { kis: brokers.kis.live, kiwoom: brokers.kiwoom.live },
  };
  for (const line of JSON.stringify({ ...figures, plan: undefined }, null, 1).split('\n')) context.say(line);
  return figures;
};

await runCommand({ full: 3_600_000, quick: 58_000 }, chaos, { seed: { type: 'string' }, minutes: { type: 'string' } });

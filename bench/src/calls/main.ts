import { startPrivateRedis } from '@hub/cli/redis';
import { setTimeout as sleep } from 'node:timers/promises';

import { startChild, type Child } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded, sum } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import type { Block, Done } from './caller.js';
import type { Listening } from './server.js';
import { wayNames, type CallsOrder, type WayName } from './way.js';

/** What the hub may add to a call at the median, and its CPU by that of undici, JSON.parse and two PINGs. */
const maxAddedMs = 0.8;
const maxCpuRatio = 1.25;

/** As many as leave half of the quota free within its window. */
const callsOf = { single: 40, burst: 40 } as const;
type Pace = keyof typeof callsOf;
const paces = ['single', 'burst'] as const;
/** A burst's slots are free again after this. */
const windowMs = 1_100;

type Taken = Record<WayName, Record<Pace, Done[]>>;

const block = async (child: Child, pace: Pace): Promise<Done> => {
  child.send({ kind: 'block', pace, calls: callsOf[pace] } satisfies Block);
  return child.next<Done>('done');
};

/** What the hub costs, beside a bare call to the same server and beside the least that a shared limiter has to do. */
const calls = async ({ quick, say, signal, onExit }: CommandContext): Promise<Figures> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const server = startChild(new URL('server.js', import.meta.url), {});
  onExit(() => server.stop());
  const { url: brokerUrl } = await server.next<Listening>('listening');

  const urls = { main: redis.mainUrl, gatekeeper: redis.gatekeeperUrl };
  const children = wayNames.map((way) => {
    const order: CallsOrder = { way, brokerUrl, redis: urls };
    return { way, child: startChild(new URL('caller.js', import.meta.url), order) };
  });
  for (const { child } of children) onExit(() => child.stop());
  await Promise.all(children.map(({ child }) => child.next('ready')));

  // A collector runs for days: what its engine spends on getting to know the code is not the price of a call.
  const warming = quick ? 10 : 80;
  await Promise.all(
    children.map(async ({ child }) => {
      for (let nth = 0; nth < warming && !signal.aborted; nth += 1) {
        await block(child, 'burst');
        await sleep(windowMs / 2, undefined, { signal });
      }
    }),
  );

  const taken = Object.fromEntries(wayNames.map((way) => [way, { single: [], burst: [] }])) as unknown as Taken; // every name is there
  const rounds = quick ? 6 : 40;
  for (let round = -2; round < rounds && !signal.aborted; round += 1) {
    // In turns, and the other way round each time: what else the machine does meets all of them.
    for (const { way, child } of round % 2 === 0 ? children : children.toReversed()) {
      for (const pace of paces) {
        const done = await block(child, pace);
        if (round >= 0) taken[way][pace].push(done);
      }
    }
    await sleep(windowMs, undefined, { signal });
  }
  return report(taken, say);
};

interface Cost {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
}

const costOf = (done: readonly Done[]): Cost => {
  const tookMs = done.flatMap((each) => each.tookMs);
  return {
    p50Ms: rounded(quantile(tookMs, 0.5), 3),
    p99Ms: rounded(quantile(tookMs, 0.99), 3),
    // The median of the blocks: one that was disturbed says nothing of the call.
    cpuMs: rounded(
      quantile(
        done.map(({ cpuMs, tookMs: { length } }) => cpuMs / length),
        0.5,
      ),
      3,
    ),
  };
};

const report = (taken: Taken, say: (line: string) => void): Figures => {
  const costs = Object.fromEntries(
    wayNames.map((way) => [way, { single: costOf(taken[way].single), burst: costOf(taken[way].burst) }]),
  ) as Record<WayName, Record<Pace, Cost>>; // every name is there
  const rows = wayNames.flatMap((way) =>
    paces.map((pace) => {
      const { p50Ms, p99Ms, cpuMs } = costs[way][pace];
      return [way, pace, ...[p50Ms, p99Ms, cpuMs].map((ms) => ms.toFixed(3))];
    }),
  );
  say(['', ...textTable([['way', 'pace', 'p50 ms', 'p99 ms', 'CPU ms a call'], ...rows]), ''].join('\n'));
  const addedMs = rounded(costs.hub.single.p50Ms - costs.bare.single.p50Ms, 3);
  const cpuRatio = rounded(
    sum(paces.map((pace) => costs.hub[pace].cpuMs)) / sum(paces.map((pace) => costs.floor[pace].cpuMs)),
    3,
  );
  const bars = [
    {
      bar: `the hub adds ${String(addedMs)} ms to a call at the median (at most ${String(maxAddedMs)})`,
      met: addedMs <= maxAddedMs,
    },
    {
      bar: `the hub's CPU is ${String(cpuRatio)} times that of undici, JSON.parse and two PINGs (at most ${String(maxCpuRatio)})`,
      met: cpuRatio <= maxCpuRatio,
    },
  ];
  for (const { bar, met } of bars) say(`${met ? '✓' : '✗'} ${bar}`);
  return { ok: bars.every(({ met }) => met), addedMs, cpuRatio, costs };
};

await runCommand({ full: 400_000, quick: 55_000 }, calls);

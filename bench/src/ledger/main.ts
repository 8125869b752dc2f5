import { startPrivateRedis } from '@hub/cli/redis';
import { setTimeout as sleep } from 'node:timers/promises';

import { startChild } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { epochMs, rounded, sum } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import { emptyBullmq } from '../peer/bullmq.js';
import { peerNames, type PeerName } from '../peer/index.js';
import type { ClientName, LedgerOrder } from './cycle.js';
import type { Flown } from './single-flight.js';
import type { Counted, Ready } from './throughput.js';

const everyClient: readonly ClientName[] = ['hub', ...peerNames];
const processCounts = [1, 4] as const;
/** Leaves that one process waits for at a time. */
const inFlight = 256;
/** The lanes are full by then. */
const settleMs = 500;

/** The hub's rate by that of the others, and its way to a leave by a PING. */
const atLeast: Readonly<Partial<Record<PeerName, number>>> = {
  bottleneck: 10,
  bullmq: 10,
  'rate-limiter-flexible': 0.5,
};
const maxByPing = 1.3;

const caller = new URL('caller.js', import.meta.url);

interface Bar {
  readonly bar: string;
  readonly met: boolean;
}

type Flight = Omit<Flown, 'kind'>;

/** Leaves per second of all processes together. */
const throughput = async (
  { quick, signal }: CommandContext,
  redisUrl: string,
  client: ClientName,
  processes: number,
): Promise<number> => {
  const forMs = quick ? 1_000 : 5_000;
  if (client === 'bullmq') await emptyBullmq(redisUrl);
  const account = `bench:real:${String(processes)}`;
  const order: LedgerOrder = { client, redisUrl, account, task: 'throughput', count: inFlight };
  const children = Array.from({ length: processes }, () => startChild(caller, order));
  try {
    await Promise.all(children.map((child) => child.next<Ready>('ready')));
    const fromMs = epochMs() + settleMs;
    for (const child of children) child.send({ kind: 'count', fromMs, toMs: fromMs + forMs });
    await sleep(settleMs + forMs, undefined, { signal });
    const counted = await Promise.all(children.map((child) => child.next<Counted>('counted')));
    const lastAt = Math.max(...counted.map((each) => each.lastAt));
    return lastAt <= fromMs ? 0 : (1_000 * sum(counted.map(({ granted }) => granted))) / (lastAt - fromMs);
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
};

const singleFlight = async (redisUrl: string, client: ClientName, rounds: number): Promise<Flight> => {
  if (client === 'bullmq') await emptyBullmq(redisUrl);
  const order: LedgerOrder = { client, redisUrl, account: 'bench:real:single', task: 'single-flight', count: rounds };
  const child = startChild(caller, order);
  try {
    const { acquire, ping } = await child.next<Flown>('flown');
    return { acquire, ping };
  } finally {
    await child.stop();
  }
};

const barsOf = (
  rates: Readonly<Record<string, Record<string, number>>>,
  flight: Flight | undefined,
): readonly Bar[] => {
  const byPing = flight === undefined ? Number.POSITIVE_INFINITY : flight.acquire.p50 / flight.ping.p50;
  return [
    ...Object.entries(rates).flatMap(([processes, of]) =>
      Object.entries(atLeast).map(([peer, times]) => {
        const ratio = (of.hub ?? 0) / (of[peer] ?? Number.POSITIVE_INFINITY);
        return {
          bar: `processes: ${processes}, at least ${times} times ${peer} (${rounded(ratio)})`,
          met: ratio >= times,
        };
      }),
    ),
    {
      bar: `a leave takes at most ${maxByPing} times a PING at the median (${rounded(byPing)})`,
      met: byPing <= maxByPing,
    },
  ];
};

/** What asking for leave costs when there is always leave to have: the ledger and its neighbours, nothing behind them. */
const ledger = async (context: CommandContext, given: { readonly client?: string }): Promise<Figures> => {
  const { quick, say, signal, onExit } = context;
  const clients = everyClient.filter((client) => given.client === undefined || client === given.client);
  if (clients.length === 0) throw new Error(`--client: there are ${everyClient.join(', ')}`);
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const url = redis.gatekeeperUrl;

  const rates: Record<string, Record<string, number>> = {};
  for (const processes of processCounts) {
    const of: Record<string, number> = (rates[String(processes)] = {});
    for (const client of clients) {
      of[client] = Math.round(await throughput(context, url, client, processes));
      say(`    ${client}, processes: ${processes}, leaves a second: ${of[client]}`);
    }
  }
  const flights: Record<string, Flight> = {};
  for (const client of quick ? clients.slice(0, 1) : clients) {
    flights[client] = await singleFlight(url, client, quick ? 500 : 2_000);
  }

  const bars = given.client === undefined ? barsOf(rates, flights.hub) : [];

  const rows = clients.map((client) => [
    client,
    ...processCounts.map((processes) => String(rates[String(processes)]?.[client] ?? 0)),
    ...(['acquire', 'ping'] as const).flatMap((what) => {
      const { p50, p99 } = flights[client]?.[what] ?? {};
      return [p50, p99].map((ms) => ms?.toFixed(3) ?? '');
    }),
  ]);
  const titles = ['client', 'a second, 1 process', '4 processes', 'single p50 ms', 'p99', 'PING p50', 'p99'];
  say(['', ...textTable([titles, ...rows]), ''].join('\n'));
  for (const { bar, met } of bars) say(`${met ? '✓' : '✗'} ${bar}`);
  const missed = bars.filter(({ met }) => !met).map(({ bar }) => bar);
  return { ok: missed.length === 0, missed, perSecond: rates, singleFlight: flights };
};

await runCommand({ full: 300_000, quick: 58_000 }, ledger, { client: { type: 'string' } });

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { startPrivateRedis } from '@hub/cli/redis';

import { startChild } from '../harness/child.js';
import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import type { FeedOrder } from './simulator.js';
import type { ReaderOrder, Seen } from './reader.js';

const consumers = 4;
const feed: FeedOrder = {
  symbols: Array.from({ length: 40 }, (_each, index) => String(100_000 + index)),
  perSecond: 20_000,
  perFrame: 10,
};
const bars = { p99: 150 };
/** What is under way when the feed ends. */
const drainMs = 1_000;

/** One feed of trades, read, normalised and handed to four other processes; the first one of them holds the socket. */
const bench = async ({ quick, say, signal, onExit }: CommandContext): Promise<Figures> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const broker = startChild(new URL('simulator.js', import.meta.url), feed);
  onExit(() => broker.stop());
  const { url } = await broker.next<{ kind: 'open'; url: string }>('open');
  const order: ReaderOrder = {
    redis: { main: redis.mainUrl, gatekeeper: redis.gatekeeperUrl },
    brokerUrl: url,
    key: { appKey: `PS${randomBytes(17).toString('hex')}`, appSecret: randomBytes(90).toString('hex') },
    symbols: feed.symbols,
  };
  const readers = Array.from({ length: consumers }, () => startChild(new URL('reader.js', import.meta.url), order));
  onExit(async () => {
    await Promise.all(readers.map((reader) => reader.stop()));
  });
  await Promise.all(readers.map((reader) => reader.next('ready')));
  broker.send(Object.assign({ kind: 'run' }, { forMs: quick ? 8_000 : 30_000 }));
  const { records } = await broker.next<{ kind: 'sent'; records: number }>('sent');
  await sleep(drainMs);
  const seen = await Promise.all(
    readers.map((reader) => {
      reader.send({ kind: 'tell' });
      return reader.next<Seen>('seen');
    }),
  );
  const p99 = Math.max(...seen.map((each) => each.p99));
  const complete = seen.every((each) => each.records === records && each.gaps === 0);
  for (const { records: got, gaps, p50, p99: late, longest, cpuMs } of seen) {
    say(
      `    ${String(got)} of ${String(records)} records, ${String(gaps)} gaps, p50 ${p50.toFixed(1)} p99 ${late.toFixed(1)} longest ${longest.toFixed(1)} ms, ${(cpuMs / 1_000).toFixed(1)} s of CPU`,
    );
  }
  say(
    `${complete && p99 <= bars.p99 ? '✓' : '✗'} ${String(feed.perSecond)} records a second to ${String(consumers)} consumers: p99 ${p99.toFixed(1)} ms (${String(bars.p99)})`,
  );
  return { ok: complete && p99 <= bars.p99, perSecond: feed.perSecond, records, p99, complete, consumers: seen };
};

await runCommand({ full: 120_000, quick: 58_000 }, bench);

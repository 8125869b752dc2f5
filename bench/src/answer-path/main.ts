import { startPrivateRedis } from '@hub/cli/redis';
import { createHub, type Answer } from '@hub/client';
import { startService } from '@hub/worker';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';

/** Programs that share a main Redis; one of them calls. */
const programs = 8;
const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } as const;

const bar = { open: '70000', high: '70100', low: '69900', close: '70000', volume: '123456', value: '8641920000' };

/** As large as a page of minute bars. */
const answer: Answer = {
  status: 200,
  headers: {},
  body: { output2: Array.from({ length: 120 }, (_each, index) => ({ time: String(index), ...bar })) },
  receivedAt: 0,
  requestId: 'request',
  tr: 'FHKST03010230',
  keyId: '0123456789ab',
};
/** One way for answers: makes a call, and ends. */
interface Way {
  readonly call: () => Promise<void>;
  readonly close: () => Promise<unknown>;
}

/** As built: a stream of the caller's own. */
const byStream = async (redisUrl: string): Promise<Way> => {
  const calls = { page: () => Promise.resolve(answer), raw: () => Promise.resolve(answer) };
  const nothing = async function* () {}; // eslint-disable-line @typescript-eslint/no-empty-function -- no windows and no holes here
  const hub = {
    brokers: ['kis'],
    kis: calls,
    kiwoom: calls,
    candleBatches: nothing,
    tickBatches: nothing,
    admit: () => ({}),
  } as const;
  const service = await startService({ redisUrl, hub });
  const hubs = Array.from({ length: programs }, () =>
    createHub({ mode: 'service', redis: { main: redisUrl } }, { env: {} }),
  );
  await Promise.all(hubs.map((each) => each.kis.call('inquire-price', price)));
  return {
    call: async () => {
      await hubs[0]?.kis.call('inquire-price', price);
    },
    close: async () => {
      await Promise.all(hubs.map((each) => each.close()));
      await service.close();
    },
  };
};

/** As BullMQ offers it: the answer is the job's return value, and travels in the events that every program reads. */
const byReturnValue = async (redisUrl: string): Promise<Way> => {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('answers', { connection });
  const worker = new Worker('answers', () => Promise.resolve(answer), { connection });
  const events = Array.from({ length: programs }, () => new QueueEvents('answers', { connection }));
  queue.setMaxListeners(0);
  await Promise.all([worker.waitUntilReady(), ...events.map((each) => each.waitUntilReady())]);
  const kept = { age: 60, count: 1_000 };
  return {
    call: async () => {
      const job = await queue.add('call', price, { priority: 3, removeOnComplete: kept });
      if (events[0] !== undefined) await job.waitUntilFinished(events[0], 10_000);
    },
    close: async () => {
      await Promise.all([worker.close(), queue.close(), ...events.map((each) => each.close())]);
      connection.disconnect();
    },
  };
};

/** What a call costs by either way: time, and bytes that the main Redis sends. */
const answerPath = async ({ say, quick, signal, onExit }: CommandContext): Promise<Figures> => {
  const redis = await startPrivateRedis({ isolated: true, onProgress: (line) => say(`    ${line}`), signal });
  onExit(() => redis.close());
  const meter = new Redis(redis.mainUrl);
  onExit(async () => {
    await meter.quit();
  });
  const sent = async (): Promise<number> =>
    Number(/total_net_output_bytes:(\d+)/.exec(await meter.info('stats'))?.[1] ?? 0);
  const measure = async (open: (url: string) => Promise<Way>) => {
    const way = await open(redis.mainUrl);
    const calls = quick ? 300 : 2_000;
    const taken: number[] = [];
    for (let count = 0; count < 50; count += 1) await way.call();
    const before = await sent();
    for (let count = 0; count < calls && !signal.aborted; count += 1) {
      const startedAt = performance.now();
      await way.call();
      taken.push(performance.now() - startedAt);
    }
    const bytesPerCall = Math.round(((await sent()) - before) / calls);
    await way.close();
    taken.sort((left, right) => left - right);
    const at = (share: number): number => Math.round((taken[Math.floor(share * (calls - 1))] ?? 0) * 100) / 100;
    return { p50: at(0.5), p99: at(0.99), bytesPerCall };
  };
  const stream = await measure(byStream);
  const returnValue = await measure(byReturnValue);
  const answerBytes = JSON.stringify(answer).length;
  for (const [name, way] of Object.entries({ stream, returnValue })) {
    say(`${name}: p50 ${String(way.p50)} ms, ${String(way.bytesPerCall)} bytes from Redis per call`);
  }
  const ratio = Math.round((returnValue.bytesPerCall / stream.bytesPerCall) * 100) / 100;
  return { ok: ratio > 1, programs, answerBytes, stream, returnValue, ratio };
};

await runCommand({ full: 120_000, quick: 50_000 }, answerPath);

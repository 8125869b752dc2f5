import { setTimeout as sleep } from 'node:timers/promises';

import { givenOrder, onMessage, tell, untilReleased } from '../harness/child.js';
import { openWay, type CallsOrder } from './way.js';

/** `single`: one call after the other with a pause between. `burst`: all at once, as many at a time as it says. */
export interface Block {
  readonly kind: 'block';
  readonly pace: 'single' | 'burst';
  readonly calls: number;
}

export interface Done {
  readonly kind: 'done';
  /** Of each call, ms. */
  readonly tookMs: readonly number[];
  /** Of the whole process, user and system, ms. */
  readonly cpuMs: number;
}

/** Slow enough that half of the quota stays free, so that nobody waits for a turn. */
const pauseMs = 25;
const inFlight = 8;
/** What was not waited for, the answer's word to the ledger, belongs to the block. */
const lastWordsMs = 20;

const order = givenOrder() as CallsOrder;
const way = openWay(order);

const timed = async (): Promise<number> => {
  const startedAt = performance.now();
  await way.call();
  return performance.now() - startedAt;
};

const single = async (calls: number): Promise<number[]> => {
  const tookMs: number[] = [];
  for (let nth = 0; nth < calls; nth += 1) {
    await sleep(pauseMs);
    tookMs.push(await timed());
  }
  return tookMs;
};

const burst = async (calls: number): Promise<number[]> => {
  const tookMs: number[] = [];
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      tookMs.push(await timed());
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return tookMs;
};

onMessage('block', (message) => {
  // Sent by main.ts alone.
  const { pace, calls } = message as Block;
  void (async () => {
    const before = process.cpuUsage();
    const tookMs = await (pace === 'single' ? single(calls) : burst(calls));
    await sleep(lastWordsMs);
    const { user, system } = process.cpuUsage(before);
    tell({ kind: 'done', tookMs, cpuMs: (user + system) / 1_000 } as Done);
  })();
});
await way.call();
tell({ kind: 'ready' });
await untilReleased();
await way.close();
process.exit();

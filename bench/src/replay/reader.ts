import { replay } from '@hub/client';

import { givenOrder, tell, untilReleased } from '../harness/child.js';
import { MemoryWatch } from './memory.js';

export interface ReplayOrder {
  readonly dir: string;
  /** Trades after which memory is not to grow any more. */
  readonly warmUp: number;
}

/** What was told. */
export interface Told {
  readonly kind: 'told';
  readonly trades: number;
  readonly gaps: number;
  readonly disordered: number;
  readonly files: number;
  readonly flaws: number;
  readonly ms: number;
  readonly baseMb: number;
  readonly moreMb: number;
}

const { dir, warmUp } = givenOrder() as ReplayOrder; // its starter is ours
const watch = new MemoryWatch();
const lookEvery = 5_000;
const volumes = new Map<string, number>();
let [trades, gaps, disordered] = [0, 0, 0];
const startedAt = performance.now();
const replayed = replay({ dir, speed: 'max' });
for await (const event of replayed) {
  if (event.kind === 'gap' && event.untilMs !== null) gaps += 1;
  if (event.kind !== 'trade') continue;
  if (event.dayVolume <= (volumes.get(event.symbol) ?? 0)) disordered += 1;
  volumes.set(event.symbol, event.dayVolume);
  trades += 1;
  if (trades === warmUp) watch.begin();
  if (trades % lookEvery === 0) watch.look();
}
const { files, flaws } = replayed.report;
const told: Told = {
  ...{ kind: 'told', trades, gaps, disordered, files, flaws: flaws.length },
  ...{ ms: performance.now() - startedAt, ...watch.figures },
};
tell(told);
await untilReleased();

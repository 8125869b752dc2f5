import type { JournalEntry } from '@hub/broker-sim';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Child } from '../harness/child.js';
import { epochMs } from '../harness/numbers.js';
import type { Report } from './call.js';
import { costBetween, redisMeter, type RedisCost } from './redis-cost.js';
import type { Stage } from './stage.js';

/** What was seen of a stage within some time. */
export interface Sight {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reports: readonly Report[];
  /** Arrivals within the time. */
  readonly arrivals: readonly JournalEntry[];
  /** Breaches since the stage was opened, the way up included. */
  readonly breachesEver: number;
  readonly redis: RedisCost;
}

/** The callers have the order before the time begins. */
const noticeMs = 300;

export const measure = async (
  { broker, gatekeeperUrl }: Stage,
  callers: readonly Child[],
  forMs: number,
  signal: AbortSignal,
): Promise<Sight> => {
  const meter = redisMeter(gatekeeperUrl);
  try {
    await meter.counts();
    const fromMs = epochMs() + noticeMs;
    const toMs = fromMs + forMs;
    for (const caller of callers) caller.send({ kind: 'measure', fromMs, toMs });
    await sleep(fromMs - epochMs(), undefined, { signal });
    const before = await meter.counts();
    await sleep(toMs - epochMs(), undefined, { signal });
    const redis = costBetween(before, await meter.counts());
    const reports = await Promise.all(callers.map((caller) => caller.next<Report>('report')));
    const ever = await broker.arrivals();
    return {
      fromMs,
      toMs,
      reports,
      arrivals: ever.filter(({ at }) => at >= fromMs && at < toMs),
      breachesEver: ever.filter(({ verdict }) => verdict === 'breach').length,
      redis,
    };
  } finally {
    meter.close();
  }
};

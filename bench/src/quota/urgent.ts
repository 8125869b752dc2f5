import type { CommandContext } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import type { Up } from './call.js';
import { windowMs } from './cell.js';
import type { Bar } from './bars.js';
import { roundTripOf, utilisationOf } from './figures.js';
import { measure } from './measure.js';
import { openStage, warmUp } from './stage.js';

const stageCell = { window: 'sliding', network: 'jittery' } as const;
const crowd = 3;
const maxUrgentWaitMs = 120;
const maxCost = 0.06;
/** Patience of `backfill` and a little. */
const maxStarvedMs = 32_000;

export interface SpecialFigures {
  readonly bars: readonly Bar[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Three processes saturate with `backfill`; then a fourth one makes a `realtime` call a second among them. */
export const urgent = async (context: CommandContext, forMs: number): Promise<SpecialFigures> => {
  const { signal } = context;
  const stage = await openStage(context, stageCell, 'hub');
  try {
    const callers = Array.from({ length: crowd }, () => stage.start({ priority: 'backfill', pace: 'saturate' }));
    await warmUp(callers, signal);
    const alone = await measure(stage, callers, forMs, signal);
    const fourth = stage.start({ priority: 'realtime', pace: 'each-second' });
    await warmUp([fourth], signal);
    const together = await measure(stage, [...callers, fourth], forMs, signal);
    const waits = (together.reports.at(-1)?.calls ?? []).map(({ askedAt, grantedAt }) => grantedAt - askedAt);
    const roundTripMs = roundTripOf(together, stage.broker);
    const [p50, p99] = [quantile(waits, 0.5), quantile(waits, 0.99)];
    const throughput = { alone: utilisationOf(alone), together: utilisationOf(together) };
    const cost = 1 - throughput.together / throughput.alone;
    return {
      bars: [
        { bar: 'urgent: no breach', met: together.breachesEver === 0 },
        {
          bar: `urgent: wait p99 at most ${maxUrgentWaitMs} ms and a round trip`,
          met: waits.length > 0 && p99 <= maxUrgentWaitMs + roundTripMs,
        },
        { bar: `urgent: costs at most ${100 * maxCost} % of the throughput`, met: cost <= maxCost },
      ],
      figures: {
        urgentCalls: waits.length,
        waitMs: { p50: rounded(p50), p99: rounded(p99) },
        roundTripMs: rounded(roundTripMs),
        utilisationAlone: rounded(throughput.alone, 4),
        utilisationTogether: rounded(throughput.together, 4),
        cost: rounded(cost, 4),
      },
    };
  } finally {
    await stage.close();
  }
};

/** Three processes saturate with `realtime`; a fourth one has a single `backfill` call. */
export const starved = async (context: CommandContext): Promise<SpecialFigures> => {
  const { signal } = context;
  const stage = await openStage(context, stageCell, 'hub');
  try {
    const callers = Array.from({ length: crowd }, () => stage.start({ priority: 'realtime', pace: 'saturate' }));
    await warmUp(callers, signal);
    const late = new Promise<Up>((resolve) => {
      setTimeout(resolve, maxStarvedMs + 8_000, { kind: 'up', waitMs: Number.POSITIVE_INFINITY }).unref();
    });
    const patient = stage.start({ priority: 'backfill', pace: 'once' });
    const { waitMs } = await Promise.race([patient.next<Up>('up'), late]);
    const breaches = (await stage.broker.arrivals()).filter(({ verdict }) => verdict === 'breach').length;
    return {
      bars: [
        { bar: 'starved: no breach', met: breaches === 0 },
        { bar: `starved: through within ${maxStarvedMs / windowMs} s`, met: waitMs <= maxStarvedMs },
      ],
      figures: { waitMs: Number.isFinite(waitMs) ? rounded(waitMs) : null },
    };
  } finally {
    await stage.close();
  }
};

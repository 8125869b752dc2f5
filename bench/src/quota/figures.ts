import { mean, quantile, rounded, sum } from '../harness/numbers.js';
import type { Broker } from './broker.js';
import { cellName, perSecond, windowMs, type Run } from './cell.js';
import type { Sight } from './measure.js';

export interface CellFigures {
  readonly client: Run['client'];
  readonly cell: string;
  readonly processes: number;
  /** Arrivals at the broker, refused ones included. */
  readonly calls: number;
  /** See `utilisationOf`. */
  readonly utilisation: number;
  /** The same without those that the broker refused. */
  readonly served: number;
  /** From the send to the answer: the simulator's own ways and HTTP over an idle loopback. The bound rests on it. */
  readonly roundTripMs: number;
  /** The same as the callers saw it, with their own delays. */
  readonly seenRoundTripMs: number;
  readonly bound: number;
  readonly shareOfBound: number;
  readonly breaches: number;
  readonly breachesPerThousand: number;
  readonly breachesOnTheWayUp: number;
  /** Calls of the worst process by those of the best one. */
  readonly fairness: number;
  readonly fewest: number;
  readonly most: number;
  readonly waitMs: { readonly p50: number; readonly p99: number; readonly ratio: number };
  readonly redisRoundTripsPerCall: number;
  readonly scriptCommandsPerCall: number;
  readonly redisCommands: Readonly<Record<string, number>>;
  readonly cpuSecondsPerThousand: number;
}

/** Mean time that the simulator held a call, with what loopback adds. */
export const roundTripOf = ({ arrivals }: Sight, { loopbackMs }: Broker): number =>
  loopbackMs +
  mean(arrivals.flatMap(({ sentAt, answeredAt }) => (answeredAt === undefined ? [] : answeredAt - sentAt)));

/**
 * Arrivals per second by the limit. Those of the first and the last window count the less the nearer they are to the edge:
 * the slots of a quota come in step now and then, and a bare count would jump by all of them with the place of its edges.
 */
export const utilisationOf = ({ arrivals, fromMs, toMs }: Pick<Sight, 'arrivals' | 'fromMs' | 'toMs'>): number => {
  const weight = ({ at }: { readonly at: number }): number =>
    Math.min(1, (at - fromMs) / windowMs, (toMs - at) / windowMs);
  return (sum(arrivals.map(weight)) * windowMs) / (toMs - fromMs - windowMs) / perSecond;
};

export const figuresOf = ({ client, cell }: Run, sight: Sight, broker: Broker): CellFigures => {
  const { arrivals, reports, redis } = sight;
  const calls = arrivals.length;
  const perCall = (count: number): number => rounded(count / Math.max(1, calls));
  const breaches = arrivals.filter(({ verdict }) => verdict === 'breach').length;
  const roundTripMs = roundTripOf(sight, broker);
  const bound = windowMs / (windowMs + roundTripMs);
  const utilisation = utilisationOf(sight);
  const records = reports.flatMap((report) => report.calls);
  const perProcess = reports.map((report) => report.calls.length);
  const [fewest, most] = [Math.min(...perProcess), Math.max(...perProcess)];
  const waits = records.map(({ askedAt, grantedAt }) => grantedAt - askedAt);
  const [p50, p99] = [quantile(waits, 0.5), quantile(waits, 0.99)];
  return {
    client,
    cell: cellName(cell),
    processes: cell.processes,
    calls,
    utilisation: rounded(utilisation, 4),
    served: rounded(utilisation * (1 - breaches / Math.max(1, calls)), 4),
    roundTripMs: rounded(roundTripMs),
    seenRoundTripMs: rounded(mean(records.map(({ sentAt, answeredAt }) => answeredAt - sentAt))),
    bound: rounded(bound, 4),
    shareOfBound: rounded(utilisation / bound, 4),
    breaches,
    breachesPerThousand: perCall(1_000 * breaches),
    breachesOnTheWayUp: sight.breachesEver - breaches,
    fairness: rounded(most === 0 ? 0 : fewest / most, 3),
    fewest,
    most,
    waitMs: { p50: rounded(p50), p99: rounded(p99), ratio: rounded(p50 === 0 ? 0 : p99 / p50) },
    redisRoundTripsPerCall: perCall(redis.sent),
    scriptCommandsPerCall: perCall(redis.inScripts),
    redisCommands: redis.byCommand,
    cpuSecondsPerThousand: perCall(sum(reports.map(({ cpuMs }) => cpuMs))),
  };
};

import { brokersOf, type PlanStatus } from '@hub/worker';

import { count, counted, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';

/** What `--json` says about a plan. Times in ms. */
export interface PlanFigures {
  readonly id: string;
  readonly state: string;
  readonly broker: string;
  readonly interval: string;
  readonly from: string;
  readonly to: string;
  readonly symbols: number;
  readonly share: number;
  readonly windows: PlanStatus['windows'];
  readonly rows: number;
  readonly inserted: number;
  readonly calls: PlanStatus['calls'] & { readonly byBroker: Readonly<Record<string, number>> };
  readonly etaMs: number;
  readonly leftMs: number;
  readonly ranMs: number;
  /** Ids of the keys, by broker. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly failures: PlanStatus['failures'];
}

export const statusFigures = (status: PlanStatus): PlanFigures => {
  const { plan, state, windows, rows, inserted, calls, leftMs, ranMs, failures } = status;
  const { broker, interval, from, to, symbols } = plan.request;
  return {
    ...{ id: plan.id, state, broker, interval, from, to, symbols: symbols.length, share: plan.share },
    ...{ windows, rows, inserted, calls: { ...calls, byBroker: plan.calls } },
    ...{ etaMs: plan.etaMs, leftMs, ranMs, keys: keysOf(status), failures },
  };
};

const keysOf = ({ plan }: PlanStatus): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(brokersOf(plan).map((broker) => [broker, plan.pace[broker]?.keys ?? []]));

/** A plan as it was made. */
export const planLines = (status: PlanStatus, db: string): string[] => {
  const { plan, state } = status;
  const { id, request, windows, calls, coveredDays, share } = plan;
  const covered = coveredDays === 0 ? '' : `, ${counted(coveredDays, 'day')} stored already`;
  if (windows === 0) return [`Plan ${id}: nothing to fetch, all of it is in ${db}.`];
  const rows = brokersOf(plan).map((broker) => {
    const pace = plan.pace[broker];
    return [broker, count(calls[broker]), String(pace?.perSecond ?? '?'), (pace?.keys ?? []).join(' ')];
  });
  return [
    `Plan ${id} (${state}): ${counted(windows, 'window')} for ${counted(request.symbols.length, 'symbol')}${covered}`,
    ...table(
      [
        { title: 'broker' },
        { title: 'calls', align: 'right' },
        { title: 'a second', align: 'right' },
        { title: 'keys' },
      ],
      rows,
    ),
    `${duration(plan.etaMs)} at ${String(Math.round(share * 100))} % of the quota; what is forgotten soonest comes first.`,
    `No call was made. \`hub backfill apply ${id}\` starts it.`,
  ];
};

/** How far plans are. */
export const statusLines = (statuses: readonly PlanStatus[]): string[] => [
  ...table(
    [
      { title: 'plan' },
      { title: 'state' },
      ...['done', 'failed', 'in work', 'waiting', 'calls', 'predicted', 'rows', 'left'].map((title) => ({
        title,
        align: 'right' as const,
      })),
      { title: 'keys' },
    ],
    statuses.map((status) => {
      const { plan, state, windows, calls, rows, leftMs } = status;
      const { done, failed, inWork, waiting } = windows;
      return [
        ...[plan.id, state, count(done), count(failed), count(inWork), count(waiting)],
        ...[count(calls.made), count(calls.predicted), count(rows), leftMs === 0 ? '–' : duration(leftMs)],
        Object.values(keysOf(status)).flat().join(' '),
      ];
    }),
  ),
  ...statuses.flatMap(({ failures }) =>
    failures.slice(0, 5).map(({ id, code, message }) => `${id}: ${code} ${message}`),
  ),
];

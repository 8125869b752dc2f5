import { textTable } from '../harness/text-table.js';
import type { CellFigures } from './figures.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

type Column = readonly [title: string, cell: (figures: CellFigures) => string];

const columns: readonly Column[] = [
  ['cell', ({ cell }) => cell],
  ['client', ({ client }) => client],
  ['calls', ({ calls }) => String(calls)],
  ['used', ({ utilisation }) => percent(utilisation)],
  ['served', ({ served }) => percent(served)],
  ['trip ms', ({ roundTripMs }) => roundTripMs.toFixed(1)],
  ['of bound', ({ shareOfBound }) => percent(shareOfBound)],
  ['breaches', ({ breaches }) => String(breaches)],
  ['per 1000', ({ breachesPerThousand }) => breachesPerThousand.toFixed(1)],
  ['fair', ({ fairness }) => fairness.toFixed(2)],
  ['wait p50', ({ waitMs }) => waitMs.p50.toFixed(0)],
  ['p99', ({ waitMs }) => waitMs.p99.toFixed(0)],
  ['p99/p50', ({ waitMs }) => waitMs.ratio.toFixed(2)],
  ['trips/call', ({ redisRoundTripsPerCall }) => redisRoundTripsPerCall.toFixed(1)],
  ['script/call', ({ scriptCommandsPerCall }) => scriptCommandsPerCall.toFixed(1)],
  ['CPU s/1000', ({ cpuSecondsPerThousand }) => cpuSecondsPerThousand.toFixed(1)],
];

/** All runs, one below the other. */
export const cellTable = (all: readonly CellFigures[]): readonly string[] =>
  textTable([columns.map(([title]) => title), ...all.map((figures) => columns.map(([, cell]) => cell(figures)))]);

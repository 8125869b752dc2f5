import { daysAtOnce, estimatedCandleCalls, type BrokerName } from '@hub/client';

import type { BackfillRequest, WindowSpec } from '../queue/payload.js';

export type Series = Pick<WindowSpec, 'symbol' | 'venue' | 'interval'>;

/** The trading days of a plan, ascending, and the Korean day on which it is made. */
export interface Days {
  readonly trading: readonly string[];
  readonly today: string;
}

/** Missing days that one window of a broker can hold, ascending. */
export type Run = readonly string[];

/**
 * Missing days cut into what a broker answers best together: a day of minute bars is some calls at KIS, a page of Kiwoom
 * runs over the days; a year of daily bars is a few calls anywhere, so those go together.
 */
export const runsOf = (
  broker: BrokerName,
  { venue, interval }: Series,
  missing: readonly string[],
  days: Days,
): Run[] => {
  if (missing.length === 0) return [];
  if (interval === '1d') return [missing];
  const longest = daysAtOnce(broker, { venue });
  const place = new Map(days.trading.map((day, index) => [day, index]));
  const runs: string[][] = [];
  for (const day of missing) {
    const run = runs.at(-1);
    // A page would come with the days between, which are there already.
    const follows = run !== undefined && place.get(day) === (place.get(run.at(-1) ?? '') ?? 0) + 1;
    if (follows && run.length < longest) run.push(day);
    else runs.push([day]);
  }
  return runs;
};

/** Calls that a run takes at most. */
export const callsFor = (broker: BrokerName, { venue, interval }: Series, run: Run, { today }: Days): number =>
  estimatedCandleCalls({ broker, venue, interval }, run, today);

/** A run as the windows of a broker, which may be shorter than those of the one that it was cut for. */
export const windowsOf = (
  broker: BrokerName,
  asked: BackfillRequest['broker'],
  series: Series,
  run: Run,
  days: Days,
): WindowSpec[] => runsOf(broker, series, run, days).map((each) => windowOf(broker, asked, series, each, days));

const windowOf = (
  broker: BrokerName,
  asked: BackfillRequest['broker'],
  series: Series,
  run: Run,
  days: Days,
): WindowSpec => {
  const { symbol, venue, interval } = series;
  const from = run[0] ?? '';
  const to = run.at(-1) ?? '';
  const within = days.trading.filter((day) => day >= from && day <= to);
  return {
    // Without the broker where either will do: a window that moves to the other one stays the same window.
    id: [asked, symbol, venue, interval, from === to ? from : `${from}_${to}`].join('.'),
    broker,
    ...{ symbol, venue, interval, from, to },
    estimatedCalls: callsFor(broker, series, within, days),
  };
};

export const callsOf = (windows: readonly WindowSpec[]): number =>
  windows.reduce((sum, { estimatedCalls }) => sum + estimatedCalls, 0);

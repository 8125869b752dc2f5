import type { CoverageState, KnownShare } from '@hub/store';

import { count, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';
import { withClosers, type Closers } from './closers.js';
import type { Context } from './context.js';
import { kindWord } from './gaps-report.js';
import { checkKnown, type CheckedKnown, type KnownFlags } from './known-request.js';
import { openReader } from './store-reader.js';
import { unlessStopped } from './stop.js';

/** `hub coverage`: how much of each session is here. Spends no quota. Returns 1 when something is missing, else 0. */
export const coverage = (context: Context, flags: KnownFlags, leftover: readonly string[]): Promise<number> => {
  const checked = checkKnown('coverage', flags, leftover, context.now());
  return withClosers((closers) => show(context, checked, closers));
};

const allShares = 5_000;

const show = async (context: Context, { query, ...chosen }: CheckedKnown, closers: Closers): Promise<number> => {
  const { screen, stop } = context;
  const reader = await openReader(context, chosen, closers);
  const answer = await unlessStopped(reader.coverage(query, allShares), stop);
  const { shares, total, whole, ofMs, byState } = answer;
  const { fromDay, toDay } = query;
  const isWhole = whole === total;
  const more = total - shares.length;
  screen.emit({ ok: isWhole, from: fromDay, to: toDay, series: total, whole, ofMs, byState, shares, more });
  const days = fromDay === toDay ? fromDay : `${fromDay} to ${toDay}`;
  if (total === 0) {
    screen.say(`${days}: nothing is known by now in ${reader.name}; name --symbols to see what they lack.`);
    return 0;
  }
  for (const line of coverageTable(answer)) screen.say(line);
  screen.say(`${days}: ${count(whole)} of ${count(total)} series in ${reader.name} are whole.`);
  return isWhole ? 0 : 1;
};

const columns = [
  { title: 'present', states: ['present'] },
  { title: 'empty', states: ['verified_empty', 'halted'] },
  { title: 'missing', states: ['missing'] },
  { title: 'being filled', states: ['requested'] },
  { title: 'unavailable', states: ['unavailable', 'expired'] },
] as const satisfies readonly { readonly title: string; readonly states: readonly CoverageState[] }[];

const shown = 40; // the worst ones; --json has the others

type Shares = Pick<KnownShare, 'ofMs' | 'byState'>;

/** A line per series, the worst first, and all of them together. */
export const coverageTable = (
  answer: Shares & { readonly shares: readonly KnownShare[]; readonly total: number },
): string[] => {
  const rows = answer.shares.slice(0, shown);
  const cells = ({ ofMs, byState }: Shares): string[] => [
    ...columns.map(({ states }) =>
      percent(
        states.reduce((sum: number, state) => sum + (byState[state] ?? 0), 0),
        ofMs,
      ),
    ),
    duration(ofMs),
  ];
  const more = answer.total - rows.length;
  return [
    ...table(
      [
        ...['symbol', 'venue', 'kind'].map((title) => ({ title })),
        ...[...columns.map(({ title }) => title), 'of'].map((title) => ({ title, align: 'right' as const })),
      ],
      rows.map((share) => [share.symbol, share.venue, kindWord(share), ...cells(share)]),
      { total: ['total', '', '', ...cells(answer)] },
    ),
    ...(more > 0
      ? [`… and ${count(more)} more, none of them with more missing: --symbols shows them, --json lists up to 5,000`]
      : []),
  ];
};

/** What is not whole never reads 100 %, and what is not nothing never 0 %. */
const percent = (ms: number, ofMs: number): string => {
  if (ms === 0) return '–';
  const exact = (100 * ms) / ofMs;
  if (ms === ofMs) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, exact)).toFixed(1)} %`;
};

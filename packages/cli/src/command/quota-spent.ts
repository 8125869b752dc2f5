import type { Priority, QuotaSpent } from '@hub/client';

import { wrongUsage } from '../error/index.js';
import { count, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';

/** What `hub quota --by` can add up by. */
const groupings = ['caller', 'class'] as const;
export type Grouping = (typeof groupings)[number];

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const usualSince = '10m';

/** What `--by` and `--since` ask for; undefined where neither was given. */
export const spentRequest = (
  by: string | undefined,
  since: string | undefined,
): { readonly by: Grouping; readonly sinceMs: number } | undefined => {
  if (by === undefined && since === undefined) return undefined;
  const grouping = groupings.find((each) => each === (by ?? 'caller'));
  if (grouping === undefined) {
    throw wrongUsage(`--by ${String(by)} adds up by nothing that is known`, 'Use --by caller or --by class.');
  }
  return { by: grouping, sinceMs: sinceMsOf(since ?? usualSince) };
};

const sinceMsOf = (text: string): number => {
  const [, figure, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const sinceMs = Number(figure) * unitsMs[(unit ?? 's') as keyof typeof unitsMs]; // the pattern knows no other
  if (sinceMs >= 1 && sinceMs <= unitsMs.d) return sinceMs;
  throw wrongUsage(`--since ${text} is no time up to a day`, 'Use a number and s, m, h or d: 30s, 10m, 2h, 1d.');
};

/** Whoever names no caller goes by the id of its process: ten hex digits. */
const titleOf = (caller: string): string => (/^[\da-f]{10}$/.test(caller) ? `process ${caller}` : caller);

interface Sum {
  readonly name: string;
  readonly classes: Set<Priority>;
  granted: number;
  givenBack: number;
}

/** Everything that `hub quota --by …` shows of one account, for people. */
export const spentLines = (spent: QuotaSpent, by: Grouping): string[] => {
  const { broker, environment, keyId, sinceMs, rows } = spent;
  const head = `${broker} ${environment}, key ${keyId}, the last ${duration(sinceMs)}`;
  if (rows.length === 0) return [head, '  no calls'];
  const sums = new Map<string, Sum>();
  for (const { granted, givenBack, ...row } of rows) {
    const name = by === 'caller' ? titleOf(row.caller) : row.priority;
    const sum = sums.get(name) ?? { name, classes: new Set(), granted: 0, givenBack: 0 };
    sum.classes.add(row.priority);
    sum.granted += granted;
    sum.givenBack += givenBack;
    sums.set(name, sum);
  }
  const all = [...sums.values()].sort((left, right) => callsOf(right) - callsOf(left));
  const total = { granted: 0, givenBack: 0 };
  for (const { granted, givenBack } of all) {
    total.granted += granted;
    total.givenBack += givenBack;
  }
  const part = (sum: Pick<Sum, 'granted' | 'givenBack'>): string =>
    `${((100 * callsOf(sum)) / Math.max(1, callsOf(total))).toFixed(1)} %`;
  const lines = table(
    [
      { title: by },
      ...(by === 'caller' ? [{ title: 'classes' }] : []),
      ...(['calls', 'part', 'given back'] as const).map((title) => ({ title, align: 'right' as const })),
    ],
    all.map((sum) => [
      sum.name,
      ...(by === 'caller' ? [[...sum.classes].join(', ')] : []),
      ...[count(callsOf(sum)), part(sum), count(sum.givenBack)],
    ]),
    {
      total: [
        'the ledger',
        ...(by === 'caller' ? [''] : []),
        ...[count(callsOf(total)), part(total), count(total.givenBack)],
      ],
    },
  );
  return [head, ...lines.map((line) => `  ${line}`)];
};

/** What was given back was no call. */
const callsOf = ({ granted, givenBack }: Pick<Sum, 'granted' | 'givenBack'>): number => granted - givenBack;

import type { QuotaAccount, QuotaBudget } from '@hub/client';

import { count, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';

const brokerTitles = { kis: 'KIS', kiwoom: 'Kiwoom' } as const;

/** `18/s`; `41` of a stock; `5 in 200 ms` of an odd window. */
const rate = (limit: number, windowMs: number): string => {
  if (windowMs === 0) return count(limit);
  return windowMs === 1_000 ? `${count(limit)}/s` : `${count(limit)} in ${count(windowMs)} ms`;
};

/** Everything that `hub quota` shows of one account, for people. */
export const accountLines = (account: QuotaAccount): string[] => [
  `${account.broker} ${account.environment}, key ${account.keyId}`,
  ...indented(budgetTable(account.budgets)),
  ...indented(account.budgets.map((budget) => driftLine(account, budget))),
  ...indented(holdLines(account)),
  ...indented([waitingLine(account)]),
  ...indented(memberLines(account)),
];

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

const numbers = ['configured', 'learned', 'in use', 'used', 'cooling', 'reserved'] as const;

const budgetTable = (budgets: readonly QuotaBudget[]): string[] =>
  table(
    [{ title: 'budget' }, ...numbers.map((title) => ({ title, align: 'right' as const }))],
    budgets.map(({ name, windowMs, configured, learned, inUse, used, cooling, reserved }) => [
      name,
      rate(configured, windowMs),
      learned === undefined ? '–' : rate(learned.limit, windowMs),
      rate(inUse, windowMs),
      ...[used, cooling, reserved].map(count),
    ]),
  );

/** Why a budget has the limit that it has: what is configured and by whom, what the broker taught, what counts. */
export const driftLine = (account: Pick<QuotaAccount, 'broker'>, budget: QuotaBudget): string => {
  const { name, windowMs, learned, inUse } = budget;
  const taught = learned === undefined ? [] : [learnedWords(learned, windowMs)];
  const words = [configuredWords(budget), ...taught, `in use ${rate(inUse, windowMs)}`];
  return `${brokerTitles[account.broker]} ${name === 'total' ? '' : `${name} `}${words.join('; ')}`;
};

const configuredWords = ({ configured, windowMs, origin, here }: QuotaBudget): string => {
  const why = origin.from === 'published' ? `published ${origin.date} (${origin.certainty})` : 'by a setting';
  const other = here === undefined || here === configured ? '' : `, ${rate(here, windowMs)} in the settings here`;
  return `${rate(configured, windowMs)} ${why}${other}`;
};

const learnedWords = ({ limit, agoMs, why }: NonNullable<QuotaBudget['learned']>, windowMs: number): string =>
  why === 'told'
    ? `learned ${rate(limit, windowMs)}: the broker named it ${duration(agoMs)} ago`
    : `learned ${rate(limit, windowMs)}: the broker refused ${duration(agoMs)} ago`;

const holdLines = ({ heldForMs }: QuotaAccount): string[] =>
  heldForMs > 0
    ? [`held for ${duration(heldForMs)}: the gatekeeper is new, and may have forgotten what was granted`]
    : [];

const waitingLine = ({ waiting, callers }: QuotaAccount): string => {
  const classes = Object.entries(waiting).filter(([, calls]) => calls > 0);
  if (classes.length === 0) return 'waiting: nobody';
  const list = (entries: readonly (readonly [string, number])[]): string =>
    entries.map(([name, calls]) => `${name} ${count(calls)}`).join(', ');
  return `waiting: ${list(classes)}; by caller: ${list(Object.entries(callers).sort(([, one], [, other]) => other - one))}`;
};

/** Younger silence is the rhythm of the heartbeats. */
const noticeableMs = 2_500;

const memberLines = ({ members }: QuotaAccount): string[] => {
  if (members.length === 0) return ['members: none'];
  return [
    `members: ${count(members.length)}`,
    ...members.map(({ id, silentMs, share }) => {
      const silence = silentMs < noticeableMs ? `heard ${duration(silentMs)} ago` : `silent for ${duration(silentMs)}`;
      return `  ${id}  ${silence}, safe share ${(share * 100).toFixed(0)} %`;
    }),
  ];
};

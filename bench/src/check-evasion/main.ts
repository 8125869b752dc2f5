import { readFile, rm, writeFile } from 'node:fs/promises';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { keylessCalls } from './keyless.js';
import { reportedFolders } from './lint.js';
import { runTrick } from './run.js';
import { tableOf, withTable, type Verdict } from './table.js';
import { writeTricks, type Trick } from './trick.js';

const guide = new URL('../../../docs/guide/enforcement.md', import.meta.url);

/** With `--quick` one trick of so many is run. */
const quickStep = 5;
/** Side by side: most of a trick's time is the start of its processes. */
const lanes = 2;

/** Every trick against the linter and the guard, and what is left against brokers that ask for keys. */
const check = async (
  { quick, say, signal, onExit }: CommandContext,
  { write, only }: { readonly write?: boolean; readonly only?: string },
): Promise<Figures> => {
  const { root, tricks: all } = await writeTricks();
  onExit(() => rm(root, { recursive: true, force: true }));
  const chosen = all.filter(({ title }, index) => title.includes(only ?? '') && (!quick || index % quickStep === 0));
  const reported = await reportedFolders(root);
  const wrong: string[] = [];

  const judge = async (trick: Trick): Promise<Verdict> => {
    signal.throwIfAborted();
    // A trick that calls nobody without a guard would prove nothing.
    const free = await runTrick(trick, false);
    if (!free.reached) wrong.push(`${trick.title}: does not call a broker by itself: ${free.said}`);
    const guarded = await runTrick(trick, true);
    const { group, title, folder } = trick;
    const linter = reported.has(folder.slice(root.length + 1));
    if (only !== undefined)
      say(`${title}: linter ${String(linter)}, guard ${String(!guarded.reached)}\n${guarded.said}`);
    return { group, title, linter, guard: !guarded.reached };
  };
  const verdicts: Verdict[] = [];
  const queue = [...chosen.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) verdicts[next[0]] = await judge(next[1]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));

  const keyless = await keylessCalls();
  wrong.push(...keyless.filter(({ refused }) => !refused).map(({ call }) => `${call} was answered without a key`));
  if (!quick && only === undefined) {
    const page = await readFile(guide, 'utf8');
    const wanted = withTable(page, tableOf(verdicts));
    if (write === true) await writeFile(guide, wanted);
    else if (wanted !== page) wrong.push('docs/guide/enforcement.md: the table is another; run with --write and look');
  }
  for (const line of wrong) say(`✗ ${line}`);
  const count = (is: (each: Verdict) => boolean): number => verdicts.filter(is).length;
  const figures = {
    tricks: verdicts.length,
    linter: count(({ linter }) => linter),
    guard: count(({ guard }) => guard),
    keys: count(({ linter, guard }) => !linter && !guard),
    keyless: keyless.length,
  };
  say(
    `${wrong.length === 0 ? '✓' : '✗'} ${String(figures.tricks)} tricks: the linter stops ${String(figures.linter)}, ` +
      `the guard ${String(figures.guard)}, the keys alone ${String(figures.keys)}`,
  );
  return { ok: wrong.length === 0, ...figures, wrong };
};

await runCommand({ full: 180_000, quick: 58_000 }, check, { write: { type: 'boolean' }, only: { type: 'string' } });

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { type Change, compare } from './compare.js';
import { type Counts, countsOf, parseCounts, totalOf } from './counts.js';
import { lintProject, readResults } from './lint.js';

const usage = `api-hub-ratchet [files…]   lints, and compares what it finds with api-hub.ratchet.json

  --init           writes the file for the first time
  --ci             writes nothing, and fails as well when the file says more than there is (on where CI is set; --no-ci)
  --base <ref>     fails when the file itself says more than it did at this commit of git
  --from <file>    reads what eslint --format json has written, instead of linting; - is stdin
  --file <path>    another name than api-hub.ratchet.json

A count that has risen fails. One that has fallen is written down, and can never rise again.`;

interface Plan {
  readonly patterns: readonly string[];
  readonly init: boolean;
  readonly ci: boolean;
  readonly base: string | undefined;
  readonly from: string | undefined;
  readonly file: string;
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const planOf = (args: readonly string[]): Plan | null => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      init: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: !['', '0', 'false'].includes(process.env.CI ?? '') },
      base: { type: 'string' },
      from: { type: 'string' },
      file: { type: 'string', default: 'api-hub.ratchet.json' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { init, ci, base, from, file } = values;
  return { patterns: positionals, init, ci, base, from, file: resolve(file) };
};

const inWords = ({ file, rule, before, now }: Change): string =>
  `  ${file}  ${rule}  ${String(before)} → ${String(now)}`;

const write = (file: string, counts: Counts): void => {
  writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
};

const read = (file: string, text: () => string): Counts => {
  try {
    return parseCounts(text());
  } catch (error) {
    throw new Error(`${relative('.', file)}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
};

/** The ratchet file at a commit; without one there, everything may be written down for the first time. */
const atCommit = (file: string, ref: string): Counts | null => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd: dirname(file), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  git('rev-parse', '--verify', `${ref}^{commit}`);
  const path = `./${relative(dirname(file), file)}`;
  if (git('ls-tree', '--name-only', ref, '--', path) === '') return null;
  return read(file, () => git('show', `${ref}:${path}`));
};

/** Throws what is not as it has to be; the exit code is 2 then. */
const run = async (plan: Plan): Promise<number> => {
  const { file, base, ci, from, init } = plan;
  const folder = dirname(file);
  const isThere = existsSync(file);
  if (!isThere && !init) throw new Error(`there is no ${relative('.', file)}: write it with --init`);
  if (isThere && init) throw new Error(`${relative('.', file)} is there already: its counts only fall`);
  const results = from === undefined ? await lintProject(process.cwd(), plan.patterns) : readResults(from);
  const unread = results.find(({ messages }) => messages.some((message) => message.fatal === true));
  if (unread !== undefined) throw new Error(`${relative('.', unread.filePath)} could not be read: see eslint`);
  const all = countsOf(results, (path) => relative(folder, path).replaceAll('\\', '/'));
  if (init) {
    write(file, all);
    say(`${relative('.', file)}: ${String(totalOf(all))} to go`);
    return 0;
  }
  const isGone = (path: string): boolean => !existsSync(join(folder, path));
  const looked = new Set(results.map(({ filePath }) => relative(folder, filePath).replaceAll('\\', '/')));
  const before = read(file, () => readFileSync(file, 'utf8'));
  // Files that were not linted this time keep their counts.
  const kept = Object.entries(before).filter(([path]) => !looked.has(path) && !isGone(path));
  const now: Counts = sorted({ ...all, ...Object.fromEntries(kept) });
  const { risen, fallen, moved } = compare(before, now, isGone);
  const earlier = base === undefined ? null : atCommit(file, base);
  const raised = earlier === null ? [] : compare(earlier, before, isGone).risen;
  if (raised.length > 0) say(`✗ the file says more than at ${base ?? ''}:\n${raised.map(inWords).join('\n')}`);
  if (risen.length > 0) say(`✗ more than before:\n${risen.map(inWords).join('\n')}\nGo through the hub instead.`);
  if (risen.length + raised.length > 0) return 1;
  if (fallen.length + moved.length === 0) say(`✓ ${String(totalOf(now))} to go`);
  else if (ci) {
    say(
      `✗ less than the file says: run api-hub-ratchet and commit it\n${[...fallen.map(inWords), ...moved.map(([old, name]) => `  ${old} → ${name}`)].join('\n')}`,
    );
    return 1;
  } else {
    write(file, now);
    say(`✓ ${String(totalOf(before))} → ${String(totalOf(now))} to go, written down`);
  }
  return 0;
};

const sorted = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));

try {
  const plan = planOf(process.argv.slice(2));
  if (plan === null) say(usage);
  else process.exitCode = await run(plan);
} catch (error) {
  process.stderr.write(`api-hub-ratchet: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

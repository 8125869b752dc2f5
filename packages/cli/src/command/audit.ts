import { realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { sarifLog } from 'eslint-plugin-api-hub/sarif';

import { audit as auditFiles, type AuditResult } from '../audit/audit.js';
import {
  compare,
  hashOf,
  inScope,
  knownFindings,
  readBaseline,
  writeBaseline,
  type Comparison,
} from '../audit/baseline.js';
import { kindOf } from '../audit/files.js';
import { auditRules, placeOf, type AuditFinding, type AuditRule } from '../audit/finding.js';
import { UsageInvalid, wrongUsage } from '../error/index.js';
import { count, counted } from '../terminal/numbers.js';
import type { Context } from './context.js';

/** Flags of `hub audit`, as typed. */
export interface AuditFlags {
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly accept?: boolean;
  readonly sarif?: string;
  readonly extraHosts?: string;
}

const usualBaseline = '.hub-audit.json';

/** What is to be looked at, told from one folder. */
interface Scope {
  readonly root: string;
  readonly paths: readonly string[];
}

/** `hub audit`: what knows a broker where ESLint does not look. Returns the exit code: 1 when there is something new. */
export const audit = async (context: Context, given: readonly string[], flags: AuditFlags): Promise<number> => {
  const scope = await scopeOf(given.length === 0 ? ['.'] : given);
  const extraHosts = hostsOf(flags.extraHosts);
  const file = flags.baseline === undefined ? join(scope.root, usualBaseline) : resolve(flags.baseline);
  const baseline = await readBaseline(file);
  if (baseline === null && flags.baseline !== undefined && flags.updateBaseline !== true) {
    throw wrongUsage(
      `${flags.baseline}: there is no such baseline`,
      'Write it with --update-baseline, or leave it out.',
    );
  }
  const result = await auditFiles({
    ...scope,
    baseline: pathFrom(scope.root, file),
    extraHosts,
    now: context.now(),
    signal: context.stop,
  });
  const unread = result.unread.map(({ path }) => path);
  const { seen, others } = inScope(baseline ?? [], scope.paths, unread);
  let comparison = compare(result.findings, seen);
  if (flags.updateBaseline === true) {
    // It may only shrink, unless it is new or somebody says otherwise. Nothing is said of what was not looked at.
    const all = baseline === null || flags.accept === true;
    const left = all ? knownFindings(result.findings) : comparison.left;
    await writeBaseline(file, [...others, ...left]);
    comparison = compare(result.findings, left);
  }
  const exitCode = comparison.fresh.length === 0 ? 0 : 1;
  // A reader that goes away while it is told (`hub audit | head`) must not make a gate of it that is open.
  process.exitCode = exitCode;
  if (flags.sarif !== undefined) await writeSarif(context, scope, flags.sarif, result, comparison);
  if (flags.sarif !== '-') tell(context, result, comparison, pathFrom(scope.root, file));
  return exitCode;
};

const pathFrom = (root: string, path: string): string => relative(root, path).split(sep).join('/');

/** Everything below the folder that one is in, or below the one folder that is named. */
const scopeOf = async (given: readonly string[]): Promise<Scope> => {
  const kinds = await Promise.all(given.map(async (path) => ({ path, kind: await kindOf(path) })));
  const missing = kinds.filter(({ kind }) => kind === null);
  if (missing.length > 0) {
    throw new UsageInvalid(
      missing.map(({ path }) => ({
        code: 'HUB_USAGE' as const,
        message: `${path === '' ? "''" : path}: there is no such file or folder`,
        remedy: 'Name what is to be looked at: `hub audit .`',
      })),
    );
  }
  const here = process.cwd();
  const below = kinds.map(({ path }) => pathFrom(here, resolve(path)));
  if (below.every((path) => path !== '..' && !path.startsWith('../'))) return { root: here, paths: below };
  const [only, ...others] = kinds;
  if (only === undefined || others.length > 0) {
    throw wrongUsage(
      'Several paths, not all of them below this folder',
      'Go to a folder above them, or look at one after the other.',
    );
  }
  const whole = await realpath(resolve(only.path));
  return only.kind === 'folder' ? { root: whole, paths: [''] } : { root: dirname(whole), paths: [basename(whole)] };
};

const hostsOf = (text = ''): readonly string[] => {
  const hosts = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const odd = hosts.filter((host) => !/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(host));
  if (odd.length === 0) return hosts;
  throw wrongUsage(
    `--extra-hosts ${odd.join(', ')}: this is no name of a host`,
    'Give names without a scheme, port or path: kis-proxy.example.com.',
  );
};

const writeSarif = async (
  { screen }: Context,
  { root }: Scope,
  to: string,
  { unread }: AuditResult,
  { fresh }: Comparison,
): Promise<void> => {
  const text = sarifLog({
    cwd: root,
    tool: { name: 'hub audit' },
    describe: (rule) => ({ text: auditRules[rule as AuditRule] }), // no other rule is in the results
    results: fresh.map((finding) => ({
      ...{ path: join(root, finding.path), line: finding.line, column: finding.column },
      ...{ rule: finding.rule, level: 'error' as const, fingerprint: hashOf(finding) },
      message: `${cellOf(finding)}${finding.message} → ${finding.remedy}`,
    })),
    broken: unread.map(({ path, why }) => ({ path: join(root, path), message: `${path}: ${why}` })),
  });
  if (to === '-') {
    screen.say(text);
    return;
  }
  await writeFile(to, `${text}\n`).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw wrongUsage(`--sarif ${to} cannot be written: ${why}`, 'Name a file in a folder that is there.');
  });
};

/** Names of files and addresses are anybody's: nothing in them may move the cursor, or turn the line round. */
const visible = (line: string): string =>
  line.replace(
    /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const cellOf = ({ cell }: AuditFinding): string => (cell === undefined ? '' : `cell ${String(cell)}: `);

const tell = ({ screen }: Context, result: AuditResult, comparison: Comparison, baseline: string): void => {
  const { fresh, known, gone } = comparison;
  for (const finding of fresh) {
    const { text: _text, ...shown } = finding;
    screen.emit({ finding: { ...shown, hash: hashOf(finding) } });
    if (screen.json) continue;
    screen.say(visible(`${placeOf(finding)}  ${finding.message}`));
    screen.say(visible(`  → ${finding.remedy}`));
  }
  const { files, scripts, excepted, unread } = result;
  for (const { path, why } of unread) screen.note(visible(`${path}: not looked at, it ${why}`));
  const more = [
    ...(known > 0 ? [`${count(known)} in ${baseline}`] : []),
    ...(excepted > 0 ? [`${count(excepted)} excepted`] : []),
  ];
  screen.say(
    `${counted(fresh.length, 'finding')} in ${counted(files, 'file')}${more.length === 0 ? '' : `; ${more.join(', ')}`}`,
  );
  if (gone > 0) {
    screen.note(
      `${baseline} knows ${counted(gone, 'finding')} more than there are: take them out with --update-baseline`,
    );
  }
  if (scripts > 0) {
    screen.note(
      `${counted(scripts, 'file')} of JavaScript and TypeScript: ESLint with eslint-plugin-api-hub sees further there`,
    );
  }
  screen.emit({ ok: fresh.length === 0, findings: fresh.length, known, gone, excepted, files, scripts, unread });
};

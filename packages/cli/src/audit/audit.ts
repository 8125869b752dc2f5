import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { exceptionIn } from './exception.js';
import { filesBelow, kindOf } from './files.js';
import type { AuditFinding } from './finding.js';
import { inspect, mayMatter, read, readOn, type Search } from './inspect.js';
import {
  isScript,
  languageOf,
  languageOfFirstLine,
  mayHaveFirstLine,
  python,
  shell,
  type Language,
} from './language.js';
import { PythonModules } from './modules.js';
import { cellsOf, pythonOf, shellOf } from './notebook.js';
import { readSource } from './source.js';

export interface AuditOptions extends Search {
  /** The folder that paths are told from. */
  readonly root: string;
  /** Files and folders within it, with `/` between; '' is the whole. */
  readonly paths: readonly string[];
  /** A file that only says what was found before. */
  readonly baseline?: string;
  /** UTC epoch ms, for the end of exceptions. */
  readonly now: number;
  /** Ends it between two files. */
  readonly signal: AbortSignal;
}

export interface AuditResult {
  /** By path and line. */
  readonly findings: readonly AuditFinding[];
  /** How many files were read. */
  readonly files: number;
  /** How many are left to ESLint. */
  readonly scripts: number;
  /** Places that an exception covers. */
  readonly excepted: number;
  /** What could not be looked at, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

const whys = {
  'too-large': 'is larger than what people write',
  unreadable: 'may not be read',
} as const;

/** So many files are read at once: the disk answers, the processor waits. */
const atOnce = 16;

/** Looks for what knows a broker in all files that ESLint does not read. */
export const audit = async ({ root, paths, baseline, now, signal, ...search }: AuditOptions): Promise<AuditResult> => {
  const listed = new Set<string>();
  for (const path of paths) {
    for (const each of await filesAt(root, path)) listed.add(each);
  }
  if (baseline !== undefined) listed.delete(baseline);
  const files = [...listed].sort();
  const state = { files: 0, scripts: files.filter(isScript).length, excepted: 0 };
  const unread: { path: string; why: string }[] = [];
  const modules = new PythonModules(async (path) => {
    if (!listed.has(path)) return null;
    const source = await readSource(join(root, path));
    return source.kind === 'text' ? source.text : null;
  }, search);

  const findingsIn = async (path: string): Promise<readonly AuditFinding[]> => {
    signal.throwIfAborted();
    const named = languageOf(path);
    if (named === undefined && !mayHaveFirstLine(path)) return [];
    const source = await readSource(join(root, path));
    if (source.kind === 'nothing') return [];
    if (source.kind !== 'text') {
      unread.push({ path, why: whys[source.kind] });
      return [];
    }
    const language = named ?? languageOfFirstLine(source.text);
    if (language === undefined) return [];
    state.files += 1;
    return path.endsWith('.ipynb') ? inNotebook(path, source.text) : inText(path, source.text, language);
  };

  const inText = async (path: string, text: string, language: Language): Promise<readonly AuditFinding[]> => {
    const imported = language.python ? await modules.importedBy(path, text) : new Map<string, string>();
    if (imported.size === 0 && !mayMatter(text, search)) return [];
    return withExceptions(inspect(path, text, language, read(text, language, imported, search), search), text);
  };

  const inNotebook = async (path: string, text: string): Promise<readonly AuditFinding[]> => {
    if (!mayMatter(text, search) && !/\bimport\b/.test(text)) return [];
    const cells = cellsOf(text);
    if (cells === null) {
      unread.push({ path, why: 'is no notebook: its JSON is broken' });
      return [];
    }
    // A cell knows what those before it have said.
    const known = new Map(await modules.importedBy(path, cells.map(({ source }) => pythonOf(source)).join('\n')));
    return cells.flatMap(({ number, source }) => {
      const code = pythonOf(source);
      const reading = readOn(code, python, known, search);
      const commands = shellOf(source);
      const found = [
        ...inspect(path, code, python, reading, search),
        ...inspect(path, commands, shell, readOn(commands, shell, known, search), search),
      ].sort((left, right) => left.line - right.line || left.column - right.column);
      return withExceptions(found, source).map((finding) => ({ ...finding, cell: number }));
    });
  };

  const withExceptions = (findings: readonly AuditFinding[], text: string): readonly AuditFinding[] => {
    if (!text.includes('hub-audit-ignore')) return findings;
    const lines = text.split(/\r?\n/);
    return findings.flatMap((finding) => {
      const above = lines[finding.line - 2] ?? '';
      const exception =
        exceptionIn(lines[finding.line - 1] ?? '', now) ??
        (/^\s*(?:#|\/\/|;|\/?\*)/.test(above) ? exceptionIn(above, now) : null);
      if (exception === null) return [finding];
      if (exception.kind === 'void') return [{ ...finding, message: `${finding.message} (${exception.why})` }];
      state.excepted += 1;
      return [];
    });
  };

  const findings: (readonly AuditFinding[])[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < files.length; index = next++)
      findings[index] = await findingsIn(files[index] ?? '');
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return {
    ...state,
    findings: findings.flat(),
    unread: unread.sort((left, right) => (left.path < right.path ? -1 : 1)),
  };
};

const filesAt = async (root: string, path: string): Promise<readonly string[]> => {
  if ((await kindOf(join(root, path))) === 'file')
    return [
      relative(root, await realpath(join(root, path)))
        .split(sep)
        .join('/'),
    ];
  const prefix = path === '' ? '' : `${path}/`;
  return (await filesBelow(join(root, path))).map((each) => `${prefix}${each}`);
};

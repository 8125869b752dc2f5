import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { ESLint } from 'eslint';

import type { LintResult } from './counts.js';

/** The project's own ESLint, with its own configuration: the counts are those of `eslint .`. */
export const lintProject = async (cwd: string, patterns: readonly string[]): Promise<readonly LintResult[]> => {
  const path = createRequire(join(cwd, 'package.json')).resolve('eslint');
  const module = (await import(pathToFileURL(path).href)) as { readonly ESLint: typeof ESLint }; // what eslint exports
  const eslint = new module.ESLint({ cwd });
  return eslint.lintFiles(patterns.length === 0 ? ['.'] : [...patterns]);
};

/** What `eslint --format json` has written; `-` is stdin. */
export const readResults = (file: string): readonly LintResult[] => {
  const given: unknown = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  const isList =
    Array.isArray(given) && given.every((each: Partial<LintResult>) => Array.isArray(each.messages) && each.filePath);
  if (!isList) throw new Error(`${file === '-' ? 'stdin' : file} is not what eslint --format json writes`);
  return given as readonly LintResult[]; // checked above
};

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

interface Report {
  readonly code: number;
  readonly output: string;
}

/** What a program of this repository says of an example, from within its folder. */
const run = (example: string, path: readonly string[], ...args: readonly string[]): Promise<Report> =>
  new Promise((resolve) => {
    const options = { cwd: join(root, 'examples', example) };
    execFile(process.execPath, [join(root, ...path), ...args], options, (error, output) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output });
    });
  });

const lint = (example: string, ...files: readonly string[]): Promise<Report> =>
  run(example, ['node_modules', 'eslint', 'bin', 'eslint.js'], ...files);

const readmeOf = (example: string): string => readFileSync(join(root, 'examples', example, 'README.md'), 'utf8');

/** Report lines, whatever the width of their columns. */
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => /^\d+:\d+ |^✖/.test(line));

it.each([
  ['migrated-backfill', 5],
  ['migrated-collector', 6],
])('the linter reports %s as it was, and nothing of what it became, as its README says', async (example, problems) => {
  const before = await lint(example, 'before.mjs', 'after.mjs');
  expect(before.code).toBe(1);
  const reported = lines(before.output);
  expect(reported).toHaveLength(problems + 1);
  expect(reported).toEqual(lines(readmeOf(example)));
  expect(await lint(example, 'after.mjs')).toEqual({ code: 0, output: '' });
});

it('hub audit reports what the linter does not read of migrated-collector, as its README says', async () => {
  const { code, output } = await run('migrated-collector', ['packages', 'cli', 'bin', 'hub.js'], 'audit');
  expect(code).toBe(1);
  expect([...output.matchAll(/^before\.py:(\d+):/gm)].map(([, line]) => Number(line))).toEqual([6, 7, 11, 12, 16]);
  expect(readmeOf('migrated-collector')).toContain(output.trim());
});

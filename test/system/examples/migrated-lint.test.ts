import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'examples', 'migrated-backfill');

const lint = (...files: readonly string[]): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    const eslint = join(root, 'node_modules', 'eslint', 'bin', 'eslint.js');
    execFile(process.execPath, [eslint, ...files], { cwd: folder }, (error, output) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output });
    });
  });

/** Report lines, whatever the width of their columns. */
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => /^\d+:\d+ |^✖/.test(line));

it('the linter reports the script as it was, and nothing of the migrated one, as the README says', async () => {
  const before = await lint('before.mjs', 'after.mjs');
  expect(before.code).toBe(1);
  const reported = lines(before.output);
  expect(reported).toHaveLength(6);
  expect(reported).toEqual(lines(readFileSync(join(folder, 'README.md'), 'utf8')));
  expect(await lint('after.mjs')).toEqual({ code: 0, output: '' });
});

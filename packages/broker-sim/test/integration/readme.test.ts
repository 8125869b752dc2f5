import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const folder = new URL('../../', import.meta.url);

it('the ten lines of the README run', async () => {
  const text = await readFile(new URL('README.md', folder), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    timeout: 20_000,
  });
  expect(stdout).toMatch(/^\d+ 1\n$/);
});

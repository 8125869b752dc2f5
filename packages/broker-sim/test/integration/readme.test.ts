import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const folder = new URL('../../', import.meta.url);

it.each([
  [0, 'KIS', /^\d+ 1\n$/],
  [1, 'Kiwoom', /^900 1\n$/],
  [2, 'WebSocket', /^0\|H0STCNT0\|007\|005930\^/],
])('the lines of the README run: %i, %s', async (index, _, printed) => {
  const text = await readFile(new URL('README.md', folder), 'utf8');
  const code = [...text.matchAll(/```js\n([\s\S]*?)```/g)][index]?.[1] ?? '';
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    timeout: 20_000,
  });
  expect(stdout).toMatch(printed);
});

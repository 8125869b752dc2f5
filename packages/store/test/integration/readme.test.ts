import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { storeFile } from '../support/store-file.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

it('runs the example of the README as it is printed', async () => {
  await using file = await storeFile();
  const [, example = ''] = /```js\n(.+?)```/s.exec(readFileSync(`${packageFolder}README.md`, 'utf8')) ?? [];
  const code = example.replace("'market.duckdb'", JSON.stringify(file.path));
  expect(code).toContain(file.path);
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: packageFolder });
  const { stdout } = await run;
  expect(stdout).toContain('inserted: 1');
  expect(stdout).toContain("[ '2026-11-03' ]");
  expect(stdout).toContain('close: 58100');
});

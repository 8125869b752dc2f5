import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { storeFile } from '../support/store-file.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the `index`th example as it is printed, with a file of its own instead of the one it names. */
const run = async (index: number, name: string): Promise<string> => {
  await using file = await storeFile();
  const examples = [...readFileSync(`${packageFolder}README.md`, 'utf8').matchAll(/```js\n(.+?)```/gs)];
  const code = examples[index]?.[1]?.replace(`'${name}'`, JSON.stringify(file.path)) ?? '';
  expect(code).toContain(file.path);
  const node = promisify(execFile);
  return (await node(process.execPath, ['--input-type=module', '--eval', code], { cwd: packageFolder })).stdout;
};

it('runs the example of the README as it is printed', async () => {
  const stdout = await run(0, 'market.duckdb');
  expect(stdout).toContain('inserted: 1');
  expect(stdout).toContain("[ '2026-11-03' ]");
  expect(stdout).toContain('close: 58100');
});

it('runs the example for code that was written against duckdb-async', async () => {
  const stdout = await run(1, 'own.duckdb');
  expect(stdout).toContain(`symbol: '005930'`);
  expect(stdout).toContain('price: 58100.5');
  expect(stdout).toContain('time: 2026-11-02T00:00:00.001Z');
});

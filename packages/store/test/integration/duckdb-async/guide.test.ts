import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { storeFile } from '../../support/store-file.js';

const packageFolder = fileURLToPath(new URL('../../../', import.meta.url));
const guide = readFileSync(`${packageFolder}../../docs/guide/moving-from-duckdb-async.md`, 'utf8');
const examples = new Map(
  [...guide.matchAll(/```js\n\/\/ (?<name>\S+)\n(?<code>.+?)```/gs)].map(({ groups }) => [groups?.name, groups?.code]),
);

/** As it is printed, with its files in a folder of their own. */
const run = async (name: string): Promise<string> => {
  await using file = await storeFile();
  const code = examples.get(name) ?? '';
  const moved = code.replaceAll(/(?<=')bars(?=[.](duckdb|parquet)')/g, `${dirname(file.path)}/bars`);
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', moved], { cwd: packageFolder });
  return (await child).stdout;
};

const printed = {
  'bars.mjs': /start: 2026-11-02T00:00:00\.000Z,\n {4}close: 58100,\n {4}volume: 1000n\n {2}\}\n\]\n1000n\n$/,
  'unsupported.mjs': /^HUB_FACADE_UNSUPPORTED Read rows with all\(\)/,
  'parallel.mjs': /^1000000n 999999n\n$/,
  'parquet.mjs': /^\[ \{ close: 58100 \} \]\n$/,
};

it('has these examples and no others', () => {
  expect([...examples.keys()]).toEqual(Object.keys(printed));
  expect(guide.match(/```js/g)).toHaveLength(examples.size);
});

it.each(Object.entries(printed))('%s runs as it is printed', async (name, output) => {
  expect(await run(name)).toMatch(output);
});

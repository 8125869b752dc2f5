import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { storeIdOf } from '../../src/queue/names.js';

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'hub-names-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
};

test('a file has one id, before and after it exists and by any of its names', async () => {
  const inside = await folder();
  await symlink(inside, `${inside}-link`);
  onTestFinished(() => rm(`${inside}-link`));
  const file = join(inside, 'market.duckdb');
  const before = storeIdOf(file);
  expect(storeIdOf(join(`${inside}-link`, 'market.duckdb'))).toBe(before);
  await writeFile(file, '');
  expect(storeIdOf(file)).toBe(before);
  expect(storeIdOf(join(`${inside}-link`, 'market.duckdb'))).toBe(before);
  expect(storeIdOf(join(inside, '..', inside.split('/').at(-1) ?? '', 'market.duckdb'))).toBe(before);
});

test('an id is 12 hex digits, and another file has another', async () => {
  const inside = await folder();
  expect(storeIdOf(join(inside, 'a'))).toMatch(/^[0-9a-f]{12}$/);
  expect(storeIdOf(join(inside, 'a'))).not.toBe(storeIdOf(join(inside, 'b')));
});

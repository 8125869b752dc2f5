// The table of tricks in the guide, beside the tricks: `npm run check:evasion -- --write` makes it, and takes too long for here.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(root, 'docs', 'guide', 'enforcement.md'), 'utf8');
const pages = join(root, 'bench', 'evasion');

const tricks = readdirSync(pages)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
  .flatMap((name) => {
    const text = readFileSync(join(pages, name), 'utf8');
    const group = /^# (.*)$/m.exec(text)?.[1] ?? '';
    return [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => `${group} | ${title}`);
  });

const table = guide.slice(guide.indexOf('<!-- begin: npm run check:evasion'));
const rows = [...table.matchAll(/^\| (.*?) \| (.*?) \| *(✓?) *\| *(✓?) *\| *(✓?) *\|$/gm)].map(
  ([, group = '', title = '', linter, guard, keys]) => ({
    name: `${group} | ${title}`,
    linter: linter === '✓',
    guard: guard === '✓',
    keys: keys === '✓',
  }),
);

it('has a row for every trick, in their order', () => {
  expect(tricks.length).toBeGreaterThanOrEqual(60);
  expect(rows.map(({ name }) => name)).toEqual(tricks);
});

it('leaves to the keys what neither of the other rings stops, and counts as it says', () => {
  expect(rows.filter(({ linter, guard, keys }) => keys === (linter || guard))).toEqual([]);
  const said =
    /^(\d+) tricks: the linter stops (\d+), the guard (\d+)[,;]\s+(\d+) are left to the keys/m.exec(table) ?? [];
  expect(said.slice(1).map(Number)).toEqual([
    tricks.length,
    rows.filter((row) => row.linter).length,
    rows.filter((row) => row.guard).length,
    rows.filter((row) => row.keys).length,
  ]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `code = 'HUB_…'` of a class, `code: 'HUB_…'` of a plain record. */
const codePattern = /\bcode(?:: string)? ?[=:] ?'(HUB_[A-Z_]+)'/g;

const codesInSources = (): string[] => {
  const codes = new Set<string>();
  for (const name of readdirSync(join(root, 'packages'))) {
    const source = join(root, 'packages', name, 'src');
    for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, code = ''] of text.matchAll(codePattern)) codes.add(code);
    }
  }
  return [...codes].sort();
};

it('the page of error codes lists every code of the sources, and no other', () => {
  const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `HUB_'));
  const listed = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/HUB_[A-Z_]+/g)].map(String));
  const codes = codesInSources();
  expect(codes.length).toBeGreaterThan(30);
  expect(listed.sort()).toEqual(codes);
});

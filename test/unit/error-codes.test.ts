import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { errors } from '@hub/client';
import { DayInvalid } from '@hub/store';
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
  const listed = [...page.matchAll(/^\| \[`(HUB_[A-Z_]+)`\]\(errors\/\1\.md\)/gm)].map(([, code = '']) => code);
  const codes = codesInSources();
  expect(codes.length).toBeGreaterThan(30);
  expect(listed.sort()).toEqual(codes);
});

it('every code has a page of its own, and there is no page without a code', () => {
  const codes = codesInSources();
  expect(readdirSync(join(root, 'docs', 'errors')).sort()).toEqual(codes.map((code) => `${code}.md`));
  for (const code of codes) {
    const page = readFileSync(join(root, 'docs', 'errors', `${code}.md`), 'utf8');
    expect(page).toContain(`# ${code}\n`);
    expect(page).toMatch(/\*\*What happened\*\*: [A-Z`].+\.\n- \*\*What you can do\*\*: .+\.\n/);
  }
});

it('the links of these pages lead somewhere', () => {
  for (const file of readdirSync(join(root, 'docs', 'errors'))) {
    const page = readFileSync(join(root, 'docs', 'errors', file), 'utf8');
    for (const [, link = ''] of page.matchAll(/\]\(([^)#]+)/g)) {
      expect(existsSync(join(root, 'docs', 'errors', link)), `${file}: ${link}`).toBe(true);
    }
  }
});

it('an error names its page', () => {
  const raised = [
    new errors.LedgerLost(),
    new errors.HubClosed(),
    new errors.TokenDead(1),
    new DayInvalid('x', 'is none'),
  ];
  for (const error of raised) expect(error.docs).toBe(`docs/errors/${error.code}.md`);
});

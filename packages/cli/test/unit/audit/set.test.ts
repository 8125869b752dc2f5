import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { auditFolder, shortly } from '../../support/audit-folder.js';

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly finds: readonly string[];
}

const home = join(import.meta.dirname, '..', '..', 'audit-set');

/** Each page: cases under `##`, files in fences that are named after them, and what is to be found. */
const casesIn = (page: string): Case[] =>
  readFileSync(join(home, page), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const files = Object.fromEntries(
        [...text.matchAll(/^```(\S+)\n(.*?)^```$/gms)].map(([, path = '', content = '']) => [path, content]),
      );
      const finds = /^finds: (.+)$/m.exec(text)?.[1] ?? 'no line says what';
      return { title: `${page}: ${title}`, files, finds: finds === 'nothing' ? [] : finds.split(', ') };
    });

const cases = readdirSync(home).sort().flatMap(casesIn);

it('has its size, with false friends among it', () => {
  expect(cases.length).toBeGreaterThanOrEqual(230);
  expect(cases.filter(({ finds }) => finds.length === 0).length).toBeGreaterThanOrEqual(95);
});

it.each(cases.map((each) => [each.title, each] as const))('%s', async (_title, { files, finds }) => {
  await using folder = await auditFolder(files);
  expect(shortly(await folder.audit()).sort()).toEqual([...finds].sort());
});

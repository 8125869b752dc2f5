// A statement is looked at when evidence may take part in it, by whatever way it comes; all others are left alone.
import parser from '@typescript-eslint/parser';
import type { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import { newProject, type Files } from '../support/project.js';

const kis = 'https://openapi.koreainvestment.com:9443';

describe('evidence comes to a call', () => {
  it.each<[by: string, files: Files, code: string]>([
    [
      'a constant that is made of others',
      { 'a.js': `const h = '${kis}';\nconst b = h;\nexport const base = b + '/x';` },
      `import { base } from './a.js';\nfetch(base);`,
    ],
    [
      'a function that only hands it on',
      { 'a.js': `const host = '${kis}';\nexport function baseOf() { return host; }` },
      `import { baseOf } from './a.js';\nfetch(baseOf());`,
    ],
    [
      'a variable that another statement sets',
      { 'a.js': `let base = '';\nbase = '${kis}';\nexport { base };` },
      `import { base } from './a.js';\nfetch(base);`,
    ],
    [
      'a variable that another function sets',
      { 'a.js': `export let base = '';\nexport const setUp = () => { base = '${kis}'; };` },
      `import { base } from './a.js';\nfetch(base);`,
    ],
    [
      'a member that is set later',
      { 'a.js': `const a = {};\na.base = '${kis}';\nexport const baseOf = () => a.base;` },
      `import { baseOf } from './a.js';\nfetch(baseOf());`,
    ],
    [
      'a default that is a name',
      { 'a.js': `const base = '${kis}';\nexport default base;` },
      `import base from './a.js';\nfetch(base);`,
    ],
    [
      'a default that is an object',
      { 'a.js': `const base = '${kis}';\nexport default { base };` },
      `import a from './a.js';\nfetch(a.base);`,
    ],
    [
      'a name that is passed on',
      { 'a.js': `export { base as other } from './b.js';`, 'b.js': `export const base = '${kis}';` },
      `import { other } from './a.js';\nfetch(other);`,
    ],
    [
      'an import that is exported',
      { 'a.js': `import { base } from './b.js';\nexport { base };`, 'b.js': `export const base = '${kis}';` },
      `import { base } from './a.js';\nfetch(base);`,
    ],
    [
      'a whole file that is passed on',
      { 'a.js': `export * as b from './b.js';`, 'b.js': `export const base = '${kis}';` },
      `import { b } from './a.js';\nfetch(b.base);`,
    ],
    [
      'all that a file passes on',
      { 'a.js': `export * from './b.js';`, 'b.js': `export const base = '${kis}';` },
      `import * as a from './a.js';\nfetch(a.base);`,
    ],
    [
      'module.exports',
      { 'a.cjs': `const base = '${kis}';\nmodule.exports = { base };` },
      `import { base } from './a.cjs';\nfetch(base);`,
    ],
    [
      'exports of a file that is required',
      { 'a.cjs': `exports.base = '${kis}';` },
      `const { base } = require('./a.cjs');\nfetch(base);`,
    ],
    [
      'an import where it is needed',
      { 'a.js': `export const base = '${kis}';` },
      `const load = async () =>\nfetch((await import('./a.js')).base);`,
    ],
    ['JSON', { 'a.json': `{ "base": "${kis}" }` }, `const a = require('./a.json');\nfetch(a.base);`],
    [
      'a member of what is imported, set here',
      { 'a.js': 'export const a = {};' },
      `import { a } from './a.js'; a.base =\n'${kis}';\nfetch(a.base);`,
    ],
    [
      'two files that import each other',
      { 'a.js': `import { main } from './main.js';\nexport const base = main ?? '${kis}';`, 'main.js': '' },
      `import { base } from './a.js';\nfetch(base); export const main = null;`,
    ],
    [
      'a file that requires another',
      { 'a.cjs': `const b = require('./b.cjs');\nexports.base = b.base;`, 'b.cjs': `exports.base = '${kis}';` },
      `const a = require('./a.cjs');\nfetch(a.base);`,
    ],
    [
      'a header that is set before',
      {},
      `const headers = new Headers();\nheaders.set('tr_id', 'FHKST01010100');\nfetch(process.env.BASE + '/x', { headers });`,
    ],
  ])('by %s', (_by, files, code) => {
    const reported = newProject(files).lines('main.js', code);
    expect(reported).toContain(code.split('\n').findIndex((line) => line.includes('fetch(')) + 1);
  });
});

const counted = (): { readonly parser: Linter.Parser; readonly parsed: string[] } => {
  const parsed: string[] = [];
  return {
    parsed,
    parser: {
      parseForESLint: (text, options: { readonly filePath: string }) => {
        parsed.push(options.filePath.split(/[\\/]/).at(-1) ?? '');
        // To ESLint it is a parser like any other.
        return parser.parseForESLint(text, options) as unknown as Linter.ESLintParseResult; // typed by another package
      },
    },
  };
};

/** One thing that speaks of a broker, and one that has nothing to do with it. */
const mixed = `export const base = '${kis}';\nexport const sum = (a, b) => a + b;`;

it('parses what is imported once, however often it is asked for', () => {
  const { parser: counting, parsed } = counted();
  const project = newProject({ 'a.ts': mixed }, counting);
  for (const name of ['x.ts', 'y.ts', 'z.ts'])
    expect(project.lines(name, `import { base } from './a.js';\nfetch(base);`)).toEqual([2]);
  // Once for what it carries, once more for those who ask what it is: the first tree is not kept.
  expect(parsed.filter((name) => name === 'a.ts')).toHaveLength(2);
});

it('does not parse again for a name that carries nothing', () => {
  const { parser: counting, parsed } = counted();
  const project = newProject({ 'a.ts': mixed }, counting);
  for (const name of ['x.ts', 'y.ts', 'z.ts'])
    expect(project.lines(name, `import { sum } from './a.js';\nfetch(sum('a', 'b'));`)).toEqual([]);
  expect(parsed.filter((name) => name === 'a.ts')).toHaveLength(1);
});

it('does not parse what ESLint has parsed, if the disk holds the same', () => {
  const { parser: counting, parsed } = counted();
  const project = newProject({ 'a.ts': mixed }, counting);
  expect(project.lines('a.ts', mixed)).toEqual([1]);
  expect(project.lines('x.ts', `import { sum } from './a.js';\nfetch(sum('a', 'b'));`)).toEqual([]);
  expect(parsed).toEqual(['a.ts', 'x.ts']);
});

it('does not take what an editor has not saved for what the disk holds', () => {
  const project = newProject({ 'a.js': `export const base = '${kis}';` });
  expect(project.lines('a.js', `export const base = ''; // kiwoom`)).toEqual([]);
  expect(project.lines('main.js', `import { base } from './a.js';\nfetch(base);`)).toEqual([2]);
});

it('parses nothing where no file has a word of a broker', () => {
  const { parser: counting, parsed } = counted();
  const project = newProject({ 'a.ts': 'export const base = "https://example.com";' }, counting);
  expect(project.lines('x.ts', `import { base } from './a.js';\nfetch(base);`)).toEqual([]);
  expect(parsed).toEqual(['x.ts']);
});

it('asks nobody about a call beside one that goes to a broker', () => {
  const { parser: counting, parsed } = counted();
  const project = newProject({ 'plain.ts': 'export const sum = (a, b) => a + b;' }, counting);
  expect(project.lines('x.ts', `import { sum } from './plain.js';\nfetch('${kis}');\nsum(1, 2);`)).toEqual([2]);
  expect(parsed).toEqual(['x.ts']);
});

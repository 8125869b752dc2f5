// What is imported from other files, with ESLint's own parser: real files in a folder of their own.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Linter } from 'eslint';
import { afterEach, beforeEach, expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

const kis = 'https://openapi.koreainvestment.com:9443';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-graph-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

/** Lines that are reported in `main.js`. */
const linesIn = (code: string): readonly number[] => {
  const rules = { 'api-hub/no-direct-broker-call': 'error' } as const;
  const config = { ...apiHub.configs.recommended, files: ['**/*.js'], rules };
  return new Linter({ cwd: folder })
    .verify(code, [config], { filename: join(folder, 'main.js') })
    .map(({ line }) => line);
};

it.each<[what: string, files: Readonly<Record<string, string>>, code: string]>([
  ['a name', { 'a.js': `export const base = '${kis}';` }, `import { base } from './a.js';\nfetch(base);`],
  ['a default', { 'a.js': `export default '${kis}';` }, `import base from './a.js';\nfetch(base);`],
  [
    'a name of a list',
    { 'a.js': `const x = '${kis}'; export { x as base };` },
    `import { base } from './a.js';\nfetch(base);`,
  ],
  [
    'through two files',
    { 'a.js': `export * from './b.js';`, 'b.js': `export const base = '${kis}';` },
    `import { base } from './a.js';\nfetch(base);`,
  ],
  [
    'module.exports',
    { 'a.cjs': `module.exports = { base: '${kis}' };` },
    `import { base } from './a.cjs';\nfetch(base);`,
  ],
  ['a required member', { 'a.cjs': `exports.base = '${kis}';` }, `const a = require('./a.cjs');\nfetch(a.base);`],
  ['JSON', { 'a.json': `{ "base": "${kis}" }` }, `const a = require('./a.json');\nfetch(a.base);`],
  [
    'a destructured export',
    { 'a.js': `export const { base } = { base: '${kis}' };` },
    `import { base } from './a.js';\nfetch(base);`,
  ],
  [
    'a function',
    { 'a.js': `export const baseOf = (x) => x ? '${kis}' : '';` },
    `import { baseOf } from './a.js';\nfetch(baseOf(y));`,
  ],
  ['a folder', { 'a/index.js': `export const base = '${kis}';` }, `import { base } from './a';\nfetch(base);`],
])('follows %s', (_what, files, code) => {
  put(files);
  expect(linesIn(code)).toEqual([2]);
});

it('knows nothing of what does not exist, cannot be parsed, lies in node_modules or goes round in a circle', () => {
  put({
    'broken.js': `export const base = '${kis}'; const const`,
    'circle.js': `export { base } from './circle.js'; // ${kis}`,
    'node_modules/pkg/index.js': `exports.base = '${kis}';`,
    'node_modules/pkg/package.json': '{ "name": "pkg", "main": "index.js" }',
  });
  for (const module of ['./missing.js', './broken.js', './circle.js', 'pkg', 'node:fs', '']) {
    expect(linesIn(`import { base } from '${module}';\nfetch(base);`)).toEqual([]);
  }
});

it('sees that a file has changed', () => {
  const code = `import { base } from './a.js';\nfetch(base);`;
  put({ 'a.js': `export const base = 'https://example.com'; // kis` });
  expect(linesIn(code)).toEqual([]);
  put({ 'a.js': `export const base = '${kis}';` });
  utimesSync(join(folder, 'a.js'), new Date(), new Date(Date.now() + 5_000));
  expect(linesIn(code)).toEqual([2]);
});

it('does not take the places of two files for one: a foreign function of the same lines contains no call of this file', () => {
  put({
    'a.js': `export const nameOf = (path) => { return path.split('/').at(-1); }; // uapi, and long enough to lie over all`,
  });
  const price = '/uapi/domestic-stock/v1/quotations/inquire-price';
  expect(linesIn(`import { nameOf } from './a.js';\nexport const name = nameOf('${price}');`)).toEqual([]);
});

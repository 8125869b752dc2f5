// What a rule has nothing to look for in costs nothing: such a file is visited by no rule.
import { join } from 'node:path';

import { Linter, type Rule } from 'eslint';
import { expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

import { newProject, type Files } from '../support/project.js';

// The plugin's own type hides that its rules are rules of ESLint.
const rules = apiHub.rules as Readonly<Record<string, Rule.RuleModule>>;

/** The rules that ask ESLint for nodes of a file, by name. */
const visiting = (files: Files, text: string, options: Readonly<Record<string, object>> = {}): readonly string[] => {
  const { folder } = newProject(files);
  const found: string[] = [];
  const watched = Object.entries(rules).map(([name, rule]): [string, Rule.RuleModule] => [
    name,
    {
      ...rule,
      create: (context) => {
        const listeners = rule.create(context);
        if (Object.keys(listeners).length > 0) found.push(name);
        return listeners;
      },
    },
  ]);
  const config: Linter.Config = {
    plugins: { watched: { rules: Object.fromEntries(watched) } },
    rules: Object.fromEntries(watched.map(([name]) => [`watched/${name}`, ['error', options[name] ?? {}]])),
  };
  new Linter({ cwd: folder }).verify(text, [config], { filename: join(folder, 'main.js') });
  return found;
};

const kis = 'https://openapi.koreainvestment.com:9443';

it('no rule visits a file that has nothing to do with a broker, nor what it imports', () => {
  const files = { 'a.js': `import './b.js'; export const base = 'https://example.com';`, 'b.js': 'export {};' };
  expect(visiting(files, `import { base } from './a.js';\nfetch(base);`)).toEqual([]);
});

it('no rule visits a file that imports a name which has nothing to do with one', () => {
  const files = { 'a.js': `export const base = '${kis}';\nexport const sum = (a, b) => a + b;` };
  expect(visiting(files, `import { sum } from './a.js';\nfetch(sum(x, y));`)).toEqual([]);
  expect(visiting(files, `import { base } from './a.js';\nfetch(base);`)).toEqual(['no-direct-broker-call']);
});

it('no rule visits a file that gets an address and has no call', () => {
  const files = { 'a.js': `export const base = '${kis}';` };
  expect(
    visiting(files, `export { base } from './a.js';\nimport { base } from './a.js';\nexport const x = base;`),
  ).toEqual([]);
});

it.each<[what: string, text: string, rule: string, options?: object]>([
  ['a hub', 'createHub();', 'hub-must-close'],
  ['a directive', '/* eslint-disable */', 'no-disable-hub-rules'],
  ['a key', 'process.env.HANTOO_APP_KEY;', 'no-broker-credentials'],
  ['a key in escapes', String.raw`process.env['\x4bIS_APP_KEY'];`, 'no-broker-credentials'],
  ['a key of the user', 'process.env.DESK_SECRET;', 'no-broker-credentials', { extraNames: ['DESK_SECRET'] }],
  ['a package', `import 'nest-wrapper-kiwoom';`, 'no-broker-sdk'],
  ['a package in capitals', `import '@acme/KIS-client';`, 'no-broker-sdk'],
  ['a package in escapes', String.raw`import '\x6biwoom-api';`, 'no-broker-sdk'],
  ['a package of the user', `import 'desk-relay';`, 'no-broker-sdk', { extraPackages: ['desk-*'] }],
  ['an address', `fetch('${kis}');`, 'no-direct-broker-call'],
  [
    'a host of the user',
    `fetch('https://relay.desk.test');`,
    'no-direct-broker-call',
    { extraHosts: ['relay.desk.test'] },
  ],
])('%s is visited', (_what, text, rule, options = {}) => {
  expect(visiting({}, text, { [rule]: options })).toContain(rule);
});

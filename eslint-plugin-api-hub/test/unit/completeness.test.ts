// A rule is four things made together: rule, page, test, preset entry; and every example is linted.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import * as typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

const home = join(import.meta.dirname, '..', '..');
const namesIn = (folder: string, pattern: RegExp): readonly string[] => [
  ...new Set(readdirSync(join(home, folder)).map((file) => pattern.exec(file)?.[1] ?? `(${file})`)),
];

const names = Object.keys(apiHub.rules).sort();
const pageOf = (name: string): string => readFileSync(join(home, 'docs', 'rules', `${name}.md`), 'utf8');

interface Meta {
  readonly docs: { readonly url: string; readonly description: string; readonly recommended: boolean };
  readonly schema: readonly { readonly properties: Readonly<Record<string, { readonly description?: string }>> }[];
}
const metaOf = (name: string): Meta => {
  const rule = apiHub.rules[name] as { meta: Meta } | undefined;
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule.meta;
};

it('every rule has its file, page, test and preset entry, and there are no others', () => {
  expect(namesIn('src/rules', /^(.+)\.ts$/)).toEqual(names);
  expect(namesIn('docs/rules', /^(.+)\.md$/)).toEqual(names);
  expect(namesIn('test/unit/rules', /^([a-z-]+)(?:\.[a-z]+)?\.test\.ts$/)).toEqual(names);
  const entries = Object.entries(apiHub.configs.recommended.rules ?? {});
  expect(entries).toEqual(names.map((name) => [`api-hub/${name}`, 'error']));
});

it('every preset has every rule: strict with all evidence and with types, legacy-migration as warnings', () => {
  const { recommended, strict, 'legacy-migration': legacy } = apiHub.configs;
  expect(Object.keys(apiHub.configs)).toEqual(['recommended', 'strict', 'legacy-migration']);
  expect(strict.rules).toEqual({
    ...recommended.rules,
    'api-hub/no-direct-broker-call': ['error', { evidence: 'strict' }],
  });
  expect(strict.languageOptions).toEqual({ parserOptions: { projectService: true } });
  expect(recommended.languageOptions).toBeUndefined();
  expect(legacy.rules).toEqual(Object.fromEntries(names.map((name) => [`api-hub/${name}`, 'warn'])));
});

it('the plugin says who it is', () => {
  const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Record<string, string>;
  expect(apiHub.meta).toEqual({ name, version, namespace: 'api-hub' });
  for (const { plugins } of Object.values(apiHub.configs)) expect(plugins).toEqual({ 'api-hub': apiHub });
});

it('the README lists every rule', () => {
  const rows = readFileSync(join(home, 'README.md'), 'utf8').matchAll(/^\| \[([a-z-]+)\]\(docs\/rules\/(.+?)\.md\)/gm);
  expect([...rows].map(([, label, page]) => [label, page])).toEqual(names.map((name) => [name, name]));
});

describe.each(names)('%s', (name) => {
  it('has a page in the usual form, which its link leads to', () => {
    const page = pageOf(name);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.filter((heading) => heading !== 'What it does not see' && heading !== 'Suggestions')).toEqual([
      'Why',
      'Incorrect',
      'Correct',
      'Options',
      'When not to use it',
    ]);
    expect(page.startsWith(`# ${name}\n\n${metaOf(name).docs.description}.\n`)).toBe(true);
    expect(metaOf(name).docs.url).toMatch(new RegExp(`/docs/rules/${name}[.]md$`));
  });

  it('describes every option in the schema and on the page', () => {
    const properties = Object.entries(metaOf(name).schema[0]?.properties ?? {});
    expect(properties.length).toBeGreaterThan(0);
    for (const [option, { description }] of properties) {
      expect(description).toMatch(/\.$/);
      expect(pageOf(name)).toContain(`| \`${option}\``);
    }
  });

  const sections = pageOf(name).split(/^## /m);
  const examples = sections.flatMap((section) =>
    [...section.matchAll(/```(js|ts)\n(.*?)```/gs)].map(([, language = '', code = '']) => ({
      heading: section.slice(0, section.indexOf('\n')),
      language,
      code,
    })),
  );

  it.each(examples)('$heading: $code', ({ heading, language, code }) => {
    const filename = /^\/\/ (\S+\.js)\n/.exec(code)?.[1] ?? `example.${language}`;
    const messages = new Linter({ cwd: home }).verify(
      code,
      [
        { files: ['**/*.{js,ts}'], ...apiHub.configs.recommended },
        { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
      ],
      { filename },
    );
    const rules = messages.map(({ ruleId, message }) => ruleId ?? message);
    expect(rules).toEqual(heading === 'Incorrect' ? rules.map(() => `api-hub/${name}`) : []);
    expect(rules.length > 0).toBe(heading === 'Incorrect');
  });
});

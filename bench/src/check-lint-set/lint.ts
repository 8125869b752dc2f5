import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import parser from '@typescript-eslint/parser';
import { ESLint, type Linter } from 'eslint';
import apiHub from 'eslint-plugin-api-hub';

import type { LabelledCase } from './labelled.js';

/** With the types of a program, or with the syntax alone. */
export const modes = ['untyped', 'typed'] as const;
export type Mode = (typeof modes)[number];

/** `path:line` of everything that was reported. */
export type Reported = ReadonlySet<string>;

const sources = '**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}';

/** For a project that has none of its own. */
const compilerOptions = {
  ...{ allowJs: true, jsx: 'preserve', module: 'NodeNext', moduleResolution: 'NodeNext', noEmit: true, strict: true },
  ...{ resolveJsonModule: true, target: 'ES2022', types: [] },
};

/** Writes the case as a project of its own and lints it there, as its user would. */
export const lintCase = async (each: LabelledCase, mode: Mode): Promise<Reported> => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-lint-set-'));
  try {
    const paths = each.files.map(({ path }) => path);
    const tsconfig = { path: 'tsconfig.json', text: JSON.stringify({ compilerOptions, include: ['**/*'] }) };
    for (const { path, text } of paths.includes('tsconfig.json') ? each.files : [...each.files, tsconfig]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: configOf(folder, mode) });
    const results = await eslint.lintFiles([sources]);
    const fatal = results.flatMap(({ messages }) => messages).find((message) => message.fatal === true);
    if (fatal !== undefined) throw new Error(`${each.name}: ${fatal.message}`);
    return new Set(
      results.flatMap(({ filePath, messages }) =>
        messages
          .filter(({ ruleId }) => ruleId === 'api-hub/no-direct-broker-call')
          .map(({ line }) => `${relative(folder, filePath)}:${String(line)}`),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const configOf = (folder: string, mode: Mode): Linter.Config[] => [
  {
    files: [sources],
    languageOptions: {
      // The parser's types are those of typescript-eslint; to ESLint it is a parser like any other.
      parser: parser,
      parserOptions: {
        ecmaFeatures: { jsx: true },
        ...(mode === 'typed' ? { projectService: true, tsconfigRootDir: folder } : {}),
      },
    },
  },
  { ...apiHub.configs.recommended, files: [sources] },
];

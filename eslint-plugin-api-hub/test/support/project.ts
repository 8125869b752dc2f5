import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Linter } from 'eslint';
import { onTestFinished } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

export type Files = Readonly<Record<string, string>>;

/** Real files in a folder of their own, linted with ESLint's own parser unless another is given. */
export interface Project {
  readonly folder: string;
  put(files: Files): void;
  /** Lines that are reported in a file whose text is given, whatever the disk holds. */
  lines(filename: string, text: string): readonly number[];
}

export const newProject = (files: Files, parser?: Linter.Parser): Project => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-project-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const put: Project['put'] = (some) => {
    for (const [path, text] of Object.entries(some)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  put(files);
  const config: Linter.Config = {
    ...apiHub.configs.recommended,
    files: ['**/*.{js,cjs,ts}'],
    rules: { 'api-hub/no-direct-broker-call': 'error' },
    ...(parser === undefined ? {} : { languageOptions: { parser } }),
  };
  const linter = new Linter({ cwd: folder });
  const lines: Project['lines'] = (filename, text) => {
    const messages = linter.verify(text, [config], { filename: join(folder, filename) });
    const fatal = messages.find((message) => message.fatal === true);
    if (fatal !== undefined) throw new Error(fatal.message);
    return messages.map(({ line }) => line);
  };
  return { folder, put, lines };
};

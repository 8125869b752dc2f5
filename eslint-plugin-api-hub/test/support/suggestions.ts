import * as typescriptParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';

import apiHub from 'eslint-plugin-api-hub';

interface Suggested {
  readonly message: string;
  readonly output: string;
}

/** The code with the suggestion of its first report that has one; null where nothing is suggested. */
export const suggested = (code: string, { ts = false } = {}): Suggested | null => {
  const config: Linter.Config[] = [
    { files: ['**/*.{js,ts}'], ...apiHub.configs.recommended },
    { files: ['**/*.ts'], languageOptions: { parser: typescriptParser } },
  ];
  const filename = ts ? 'a.ts' : 'a.js';
  const messages = new Linter().verify(code, config, { filename });
  const fatal = messages.find((message) => message.fatal === true);
  if (fatal !== undefined) throw new Error(fatal.message);
  if (messages.length === 0) throw new Error(`nothing is reported: ${code}`);
  const [suggestion] = messages.flatMap(({ suggestions = [] }) => suggestions);
  if (suggestion === undefined) return null;
  const { range, text } = suggestion.fix;
  const output = code.slice(0, range[0]) + text + code.slice(range[1]);
  const broken = new Linter().verify(output, config, { filename }).find((message) => message.fatal === true);
  if (broken !== undefined) throw new Error(`${broken.message}: ${output}`);
  return { message: suggestion.desc, output };
};

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import parser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import apiHub from 'eslint-plugin-api-hub';

/** Why a program is a find; undefined when the rules bear it. */
export type Find = { readonly what: 'throws' | 'slow'; readonly detail: string } | undefined;

/** CPU time of this process, so that it does not matter how busy the machine is. */
export const slowMs = 1_000;

const languageOptions: Linter.LanguageOptions = {
  parser: parser,
  parserOptions: { ecmaFeatures: { jsx: true } },
};
const { plugins = {}, rules: given = {} } = apiHub.configs.recommended;
const rules: Linter.RulesRecord = Object.fromEntries(Object.keys(given).map((name) => [name, 'error']));

/** Lints programs as the file that they import themselves as. */
export class FuzzedLinter {
  readonly #root: string;
  readonly #linter: Linter;

  constructor(root: string) {
    this.#root = root;
    this.#linter = new Linter({ cwd: root });
  }

  try(text: string): Find {
    writeFileSync(join(this.#root, 'program.ts'), text);
    const { error, ms } = this.#run(text, rules);
    if (error === undefined && ms <= slowMs) return undefined;
    // What ESLint and its parser do without any rule of ours is theirs.
    const bare = this.#run(text, {});
    if (error !== undefined) return bare.error === undefined ? { what: 'throws', detail: error } : undefined;
    if (ms - bare.ms <= slowMs) return undefined;
    const each = Object.entries(rules).map(([name, rule]) => ({
      name,
      ms: this.#run(text, { [name]: rule }).ms - bare.ms,
    }));
    const slow = each.filter((one) => one.ms > slowMs);
    if (slow.length === 0) return undefined;
    return { what: 'slow', detail: slow.map((one) => `${one.name} ${one.ms.toFixed(0)} ms`).join(', ') };
  }

  #run(text: string, chosen: Linter.RulesRecord): { readonly error?: string; readonly ms: number } {
    const before = process.cpuUsage();
    let error: string | undefined;
    try {
      this.#linter.verify(text, [{ files: ['**/*.ts'], plugins, rules: chosen, languageOptions }], 'program.ts');
    } catch (thrown) {
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    return error === undefined ? { ms } : { ms, error };
  }
}

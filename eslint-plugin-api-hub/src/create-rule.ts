import { ESLintUtils } from '@typescript-eslint/utils';

export interface RuleDocs {
  readonly recommended: boolean;
}

/** Every rule has a page, packed with the plugin: the link leads to that of the installed version, on this machine. */
export const createRule = ESLintUtils.RuleCreator<RuleDocs>(
  (rule) => new URL(`../docs/rules/${rule}.md`, import.meta.url).href,
);

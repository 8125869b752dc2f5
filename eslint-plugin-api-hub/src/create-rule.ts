import { ESLintUtils } from '@typescript-eslint/utils';

import { name, version } from './manifest.js';

export interface RuleDocs {
  readonly recommended: boolean;
}

/** Every rule has a page, packed with the plugin: the link leads to the page of the installed version. */
export const createRule = ESLintUtils.RuleCreator<RuleDocs>(
  (rule) => `https://unpkg.com/${name}@${version}/docs/rules/${rule}.md`,
);

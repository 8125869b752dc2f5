import { ESLint, type Linter } from 'eslint';

import { givenOrder } from '../harness/child.js';
import type { LintOrder, Linted } from './run.js';

const { root, rules, cache } = givenOrder() as LintOrder;

const configs: Readonly<Record<LintOrder['rules'], () => Promise<Linter.Config>>> = {
  core: () => Promise.resolve({ rules: { 'no-unused-vars': 'error' } }),
  // What ESLint alone does not pay for is loaded only where it is used.
  recommended: async () => (await import('eslint-plugin-api-hub')).default.configs.recommended,
};

// The whole process is measured: from its start to the last message.
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [await configs[rules]()],
  ...(cache === undefined ? {} : { cache: true, cacheLocation: cache }),
});
const results = await eslint.lintFiles(['src']);
const fatal = results.flatMap(({ messages }) => messages).find((message) => message.fatal === true);
if (fatal !== undefined) throw new Error(fatal.message);
const reports = results.flatMap(({ messages }) => messages).filter(({ ruleId }) => ruleId?.startsWith('api-hub/'));
const { user, system } = process.cpuUsage();
const linted: Linted = {
  cpuMs: (user + system) / 1_000,
  wallMs: performance.now(),
  peakMb: process.resourceUsage().maxRSS / 1_024,
  reports: reports.length,
};
process.stdout.write(JSON.stringify(linted));

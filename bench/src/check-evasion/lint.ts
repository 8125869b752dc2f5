import { relative } from 'node:path';

import { ESLint } from 'eslint';
import apiHub from 'eslint-plugin-api-hub';

const sources = '**/*.{js,mjs,cjs}';

/** The folders (`trick-7`) in which the rules for everybody report something. */
export const reportedFolders = async (root: string): Promise<ReadonlySet<string>> => {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [{ ...apiHub.configs.recommended, files: [sources] }],
  });
  const results = await eslint.lintFiles([sources]);
  const fatal = results.flatMap(({ messages }) => messages).find((message) => message.fatal === true);
  if (fatal !== undefined) throw new Error(fatal.message);
  return new Set(
    results
      .filter(({ messages }) => messages.some(({ ruleId }) => ruleId?.startsWith('api-hub/') === true))
      .map(({ filePath }) => relative(root, filePath).split(/[\\/]/)[0] ?? ''),
  );
};

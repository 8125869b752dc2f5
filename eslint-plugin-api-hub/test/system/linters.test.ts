// The same project under each linter that the README names, as processes of their own.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const { resolve } = createRequire(import.meta.url);
const binOf = (name: string, path: string): string => join(dirname(resolve(`${name}/package.json`)), path);

const rules = [
  'hub-must-close',
  'no-broker-credentials',
  'no-broker-sdk',
  'no-direct-broker-call',
  'no-disable-hub-rules',
];

const files = {
  'package.json': '{ "type": "module" }',
  'eslint.config.mjs': `import apiHub from 'eslint-plugin-api-hub';
import tseslint from 'typescript-eslint';
export default [apiHub.configs.recommended, { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }];
`,
  '.oxlintrc.json': JSON.stringify({
    jsPlugins: ['eslint-plugin-api-hub'],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(rules.map((rule) => [`api-hub/${rule}`, 'error'])),
  }),
  'hosts.ts': `export const hosts = { paper: 'https://mockapi.kiwoom.com', real: 'https://api.kiwoom.com' } as const;\n`,
  'chart.ts': `import { hosts } from './hosts.js';
export const chart = async (mode: keyof typeof hosts): Promise<unknown> => {
  const answer = await fetch(\`\${hosts[mode]}/api/dostk/chart\`, { method: 'POST', headers: { 'api-id': 'ka10080' } });
  return answer.json();
};
export const any = (mode: keyof typeof hosts, path: string) => fetch(\`\${hosts[mode]}/\${path}\`);
`,
  'script.js': `import { KiwoomModule } from 'nest-wrapper-kiwoom';
import { createHub } from '@hub/client';

const key = process.env.KIS_APP_KEY;
// eslint-disable-next-line api-hub/no-direct-broker-call
fetch('https://openapi.koreainvestment.com:9443/oauth2/tokenP', { body: key });
const hub = createHub();
await hub.kiwoom.call('ka10001', { stk_cd: '005930' });
use(KiwoomModule);
`,
};

/** By file and line. The comment is reported just before itself, which oxlint calls the end of the line above. */
const inOneFile = [
  'hosts.ts:1 no-direct-broker-call',
  'hosts.ts:1 no-direct-broker-call',
  'chart.ts:3 no-direct-broker-call',
  'script.js:1 no-broker-sdk',
  'script.js:4 no-broker-credentials',
  'script.js:7 hub-must-close',
];
const withImports = 'chart.ts:6 no-direct-broker-call';

let folder: string;

beforeAll(async () => {
  // inside the package, so that plugin and linters are found as in an installed project
  folder = await mkdtemp(join(home, 'test', 'linters-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (bin: string, ...args: readonly string[]): Promise<string> =>
  new Promise((done, fail) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder }, (error, stdout, stderr) => {
      if (error?.code === 1) done(stdout);
      else fail(new Error(`${stdout}${stderr}`)); // nothing reported, or the linter itself has failed
    });
  });

it.each([
  ['eslint', /^10[.]/],
  ['eslint9', /^9[.]/],
])('%s reports all of it, over the files', async (name, version) => {
  const { version: installed } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  expect(installed).toMatch(version);

  const output = await run(binOf(name, 'bin/eslint.js'), '.', '--format', 'json');
  const results = JSON.parse(output) as { filePath: string; messages: { line: number; ruleId: string }[] }[];
  const reports = results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId }) => `${relative(folder, filePath)}:${line} ${ruleId.replace('api-hub/', '')}`),
  );
  expect(reports.sort()).toEqual([...inOneFile, withImports, 'script.js:5 no-disable-hub-rules'].sort());
});

it('oxlint reports what the files show by themselves: it has no parser to read the others with', async () => {
  const output = await run(binOf('oxlint', 'bin/oxlint'), '--format', 'unix', '.');
  const lines = [...output.matchAll(/^(.+?):(\d+):\d+: .*\[Error\/api-hub\((.+)\)\]$/gm)];
  expect(lines.map(([, file, line, rule]) => `${file}:${line} ${rule}`).sort()).toEqual(
    [...inOneFile, 'script.js:4 no-disable-hub-rules'].sort(),
  );
});

// The formatter as a real ESLint calls it, on a path that needs escaping.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const eslint = join(dirname(createRequire(import.meta.url).resolve('eslint/package.json')), 'bin', 'eslint.js');

const files = {
  'eslint.config.mjs': `import apiHub from 'eslint-plugin-api-hub';
export default [apiHub.configs.recommended, { rules: { 'no-var': 'warn' } }];
`,
  'a b/100%#.js': `var price = () => fetch('https://api.kiwoom.com/api/dostk/chart');\n`,
  'broken.js': 'const const = 1;\n',
  'quiet.js': '// eslint-disable-next-line no-var\nvar kept = 1;\n',
};

let folder: string;

beforeAll(async () => {
  // inside the package, so that the plugin is found as in an installed project
  folder = await mkdtemp(join(home, 'test', 'sarif-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('writes SARIF 2.1.0: every report with its rule and place, and a broken file as a failure of the run', async () => {
  const written = await new Promise<string>((resolve) => {
    const args = [eslint, '.', '--format', join(home, 'dist', 'sarif.js')];
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
  const location = (uri: string, region: object) => [
    { physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } },
  ];
  const uri = 'a%20b/100%25%23.js';
  expect(JSON.parse(written)).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'ESLint', rules: [{ id: 'api-hub/no-direct-broker-call' }, { id: 'no-var' }] },
          extensions: [{ name: 'eslint-plugin-api-hub' }],
        },
        invocations: [
          {
            executionSuccessful: false,
            toolExecutionNotifications: [{ level: 'error', locations: location('broken.js', { startLine: 1 }) }],
          },
        ],
        results: [
          {
            ...{ ruleId: 'no-var', ruleIndex: 1, level: 'warning' },
            locations: location(uri, { startLine: 1, startColumn: 1, endLine: 1 }),
          },
          {
            ...{ ruleId: 'api-hub/no-direct-broker-call', ruleIndex: 0, level: 'error' },
            message: { text: expect.stringContaining('Kiwoom') as string },
            locations: location(uri, { startLine: 1, startColumn: 19 }),
          },
        ],
      },
    ],
  });
}, 60_000);

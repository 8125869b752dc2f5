// The example as it stands, run as its README says: npm finds the ESLint and the plugin of this repository above it.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

let folder: string;

beforeAll(async () => {
  // beside the example, so that node_modules is found as from the example itself
  folder = await mkdtemp(join(examples, 'lint-gate-'));
  await cp(join(examples, 'lint-gate'), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const lint = (): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', 'lint', '--silent', '--', '--format', 'json'], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string; readonly line: number; readonly message: string }[];
}

it('fails the build on the direct call, and says where and what to write instead', async () => {
  const { code, output } = await lint();
  expect(code).toBe(1);
  const reports = (JSON.parse(output) as FileReport[]).filter(({ messages }) => messages.length > 0);
  expect(reports).toMatchObject([
    {
      filePath: join(folder, 'src', 'direct-price.js'),
      messages: [
        { ruleId: 'api-hub/no-direct-broker-call', messageId: 'definition', line: 1 },
        { ruleId: 'api-hub/no-direct-broker-call', messageId: 'call', line: 5 },
      ],
    },
  ]);
  expect(reports[0]?.messages[1]?.message).toContain("Use hub.kis.call('inquire-price', …)");
}, 60_000);

it('lets the build pass once the hub is asked', async () => {
  await cp(join(folder, 'src', 'hub-price.js'), join(folder, 'src', 'direct-price.js'));
  const { code, output } = await lint();
  expect((JSON.parse(output) as FileReport[]).flatMap(({ messages }) => messages)).toEqual([]);
  expect(code).toBe(0);
}, 60_000);

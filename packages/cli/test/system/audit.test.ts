import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { startHub, type Ended } from '../support/stage.js';

const call = (path: string): string => `requests.get("https://api.kiwoom.com/${path}")\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-audit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const audit = (...args: string[]): Promise<Ended> =>
  startHub(['audit', ...args], { cwd: folder, env: process.env }).ended;

it('tells each place with what to do, and fails', async () => {
  await write('시세/app.py', `x = 1\n${call('api/dostk/chart')}`);
  await write('a.ts', 'fetch(url);\n');
  const { exitCode, stdout, stderr } = await audit();
  expect(exitCode).toBe(1);
  expect(stdout).toBe(
    '시세/app.py:2:14  calls Kiwoom (키움증권) past the hub: api.kiwoom.com/api/dostk/chart\n' +
      '  → Use hub.kiwoom.call(<api-id>, …).\n' +
      '1 finding in 1 file\n',
  );
  expect(stderr).toBe('1 file of JavaScript and TypeScript: ESLint with eslint-plugin-api-hub sees further there\n');
});

it('lives with what was there before, and never lets that grow', async () => {
  await write('a.py', call('a') + call('b'));
  expect((await audit('--update-baseline')).exitCode).toBe(0);
  await write('a.py', `# moved\n${call('b')}${call('c')}`);
  const grown = await audit('--json');
  expect([grown.exitCode, grown.json]).toMatchObject([1, { ok: false, findings: 1, known: 1, gone: 1 }]);
  // Takes out what is gone, and nothing in.
  expect((await audit('--update-baseline')).exitCode).toBe(1);
  const written = JSON.parse(await readFile(join(folder, '.hub-audit.json'), 'utf8')) as { findings: unknown[] };
  expect(written.findings).toHaveLength(1);
  const accepted = await audit('--update-baseline', '--accept');
  expect([accepted.exitCode, accepted.stdout]).toEqual([0, '0 findings in 1 file; 2 in .hub-audit.json\n']);
});

it('says nothing of what was not looked at', async () => {
  await write('one/a.py', call('a'));
  await write('two/b.py', call('b'));
  await audit('--update-baseline');
  await write('one/a.py', 'x = 1\n');
  const { exitCode, stderr } = await audit('one', '--update-baseline');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect((await audit()).stdout).toBe('0 findings in 2 files; 1 in .hub-audit.json\n');
});

it('a name or an address cannot write over the terminal', async () => {
  await write('a\u001b[2J.py', call('x\\x1b[2J\u202e'));
  const { stdout } = await audit();
  expect(stdout).toContain('a\\u001b[2J.py:1:14');
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
});

it('writes SARIF that points to the place, the same one when the line has moved', async () => {
  await write('a b/app.py', call('x'));
  const results = async () => {
    await audit('--sarif', 'out.sarif');
    const { runs } = JSON.parse(await readFile(join(folder, 'out.sarif'), 'utf8')) as {
      runs: readonly { readonly results: readonly Record<string, unknown>[] }[];
    };
    return runs[0]?.results ?? [];
  };
  const before = await results();
  expect(before).toMatchObject([
    {
      ...{ ruleId: 'direct-call', ruleIndex: 0, level: 'error' },
      message: { text: expect.stringContaining('→ Use hub.kiwoom.call') as string },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/app.py', uriBaseId: '%SRCROOT%' },
            region: { startLine: 1 },
          },
        },
      ],
    },
  ]);
  await write('a b/app.py', `\n\n${call('x')}`);
  expect((await results())[0]?.partialFingerprints).toEqual(before[0]?.partialFingerprints);
  const { stdout } = await audit('--sarif', '-');
  expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' });
});

it('tells all of it to whoever reads it, also when that takes time', async () => {
  await write('a.py', call('api/dostk/chart').repeat(4_000));
  const { child, ended } = startHub(['audit', '--json'], { cwd: folder, env: process.env });
  // More than a pipe holds is written before the first of it is read.
  child.stdout?.pause();
  await once(child.stdout ?? child, 'readable');
  child.stdout?.resume();
  const { exitCode, stdout, json } = await ended;
  expect([exitCode, json.findings]).toEqual([1, 4_000]);
  expect(stdout.split('\n').length).toBe(4_002);
});

it('is not upset by a reader that has seen enough, and fails all the same', async () => {
  await write('a.py', call('api/dostk/chart').repeat(4_000));
  const { child, ended } = startHub(['audit'], { cwd: folder, env: process.env });
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { exitCode, stderr } = await ended;
  expect([exitCode, stderr]).toEqual([1, '']);
});

it('says what is wrong with its command line, before it looks at anything', async () => {
  const { exitCode, stderr } = await audit('nowhere', '--fast');
  expect([exitCode, stderr]).toEqual([
    2,
    'HUB_USAGE unknown option --fast → `hub audit --help` explains every option.\n',
  ]);
  expect((await audit('nowhere')).stderr).toBe(
    'HUB_USAGE nowhere: there is no such file or folder → Name what is to be looked at: `hub audit .`\n',
  );
  expect((await audit('--baseline', 'no.json')).stderr).toContain('no.json: there is no such baseline');
  expect((await audit('--extra-hosts', 'https://a.example.com')).stderr).toContain('this is no name of a host');
});

// A project on its way to the hub: real ESLint, the real command, a real repository.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

const home = join(import.meta.dirname, '..', '..');
const command = join(home, 'bin', 'api-hub-ratchet.js');

const direct = (name: string): string =>
  `export const ${name} = () => fetch('https://api.kiwoom.com/api/dostk/chart', { method: 'POST' });\n`;

let folder: string;

beforeEach(async () => {
  // inside the package, so that ESLint and the plugin are found as in an installed project
  folder = await mkdtemp(join(home, 'test', 'ratchet-'));
  await writeFile(
    join(folder, 'eslint.config.mjs'),
    `import apiHub from 'eslint-plugin-api-hub';\nexport default [apiHub.configs['legacy-migration']];\n`,
  );
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await mkdir(join(folder, 'src'));
  await write('one.js', direct('a') + direct('b'));
  await write('two.js', direct('c'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, 'src', name), text);

interface Ended {
  readonly code: number;
  readonly output: string;
}

interface Around {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const run = (file: string, args: readonly string[], { input, env = {} }: Around = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, CI: '', ...env } };
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
    // git has ended before it reads: even an empty text would break on its way to it
    if (input === undefined) child.stdin?.end();
    else child.stdin?.end(input);
  });

const ratchet = (...args: readonly string[]): Promise<Ended> => run(process.execPath, [command, ...args]);
const git = (...args: readonly string[]): Promise<Ended> =>
  run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
const counts = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, 'api-hub.ratchet.json'), 'utf8')) as unknown;
const rule = 'api-hub/no-direct-broker-call';

it('the preset warns, and the ratchet keeps the count from rising', async () => {
  const eslint = join(home, '..', 'node_modules', 'eslint', 'bin', 'eslint.js');
  const plain = await run(process.execPath, [eslint, '.']);
  expect(plain.output).toContain('3 warnings');
  expect(plain.code).toBe(0);

  expect(await ratchet()).toMatchObject({ code: 2, output: expect.stringContaining('write it with --init') as string });
  expect(await ratchet('--init')).toEqual({ code: 0, output: 'api-hub.ratchet.json: 3 to go\n' });
  expect(await counts()).toEqual({ 'src/one.js': { [rule]: 2 }, 'src/two.js': { [rule]: 1 } });
  expect(await ratchet()).toEqual({ code: 0, output: '✓ 3 to go\n' });

  // one more fails, in an old file and in a new one, whatever became less elsewhere
  await write('one.js', direct('a'));
  await write('three.js', direct('d'));
  const risen = await ratchet();
  expect(risen.code).toBe(1);
  expect(risen.output).toContain(`src/three.js  ${rule}  0 → 1`);
  expect(await counts()).toMatchObject({ 'src/one.js': { [rule]: 2 } });

  // less is refused in CI until it is written down, and cannot rise again then
  await rm(join(folder, 'src', 'three.js'));
  const stale = await ratchet('--ci');
  expect(stale).toMatchObject({ code: 1, output: expect.stringContaining(`src/one.js  ${rule}  2 → 1`) as string });
  expect(await run(process.execPath, [command], { env: { CI: 'true' } })).toEqual(stale);
  expect(await ratchet()).toEqual({ code: 0, output: '✓ 3 → 2 to go, written down\n' });
  expect(await ratchet('--ci')).toEqual({ code: 0, output: '✓ 2 to go\n' });
  await write('one.js', direct('a') + direct('b'));
  expect((await ratchet()).code).toBe(1);
  expect((await ratchet('--init')).output).toContain('its counts only fall');
});

it('a comment that switches a rule off is more, too', async () => {
  await ratchet('--init');
  await write('two.js', `// eslint-disable-next-line ${rule}\n${direct('c')}`);
  const { code, output } = await ratchet();
  expect(code).toBe(1);
  expect(output).toContain('src/two.js  api-hub/no-disable-hub-rules  0 → 1');
});

it('a renamed file is the same file, and a part of the project can be looked at alone', async () => {
  await ratchet('--init');
  await rename(join(folder, 'src', 'one.js'), join(folder, 'src', 'uno.js'));
  expect(await ratchet()).toEqual({ code: 0, output: '✓ 3 → 3 to go, written down\n' });
  expect(await counts()).toEqual({ 'src/two.js': { [rule]: 1 }, 'src/uno.js': { [rule]: 2 } });
  await write('two.js', '');
  expect(await ratchet('src/two.js')).toEqual({ code: 0, output: '✓ 3 → 2 to go, written down\n' });
  expect(await counts()).toEqual({ 'src/uno.js': { [rule]: 2 } });
});

it('reads what ESLint has written already', async () => {
  const eslint = join(home, '..', 'node_modules', 'eslint', 'bin', 'eslint.js');
  const { output } = await run(process.execPath, [eslint, '.', '--format', 'json']);
  expect(await run(process.execPath, [command, '--init', '--from', '-'], { input: output })).toEqual({
    code: 0,
    output: 'api-hub.ratchet.json: 3 to go\n',
  });
  const wrong = await run(process.execPath, [command, '--from', '-'], { input: '{}' });
  expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining('stdin is not what eslint') as string });
});

it('what was raised by hand is seen beside the commit that it is compared with', async () => {
  await ratchet('--init');
  await git('init', '-q');
  await git('add', '-A');
  expect((await git('commit', '-q', '-m', 'before')).code).toBe(0);
  await cp(join(folder, 'src', 'two.js'), join(folder, 'src', 'copy.js'));
  const raised = { ...((await counts()) as object), 'src/copy.js': { [rule]: 1 } };
  await writeFile(join(folder, 'api-hub.ratchet.json'), JSON.stringify(raised));
  expect((await ratchet('--ci')).code).toBe(0);
  const compared = await ratchet('--ci', '--base', 'HEAD');
  expect(compared.code).toBe(1);
  expect(compared.output).toContain(`the file says more than at HEAD:\n  src/copy.js  ${rule}  0 → 1`);
  expect((await ratchet('--base', 'no-such-ref')).code).toBe(2);
});

it('counts nothing where a file could not be read', async () => {
  await write('one.js', 'const = ;');
  const { code, output } = await ratchet('--init');
  expect(code).toBe(2);
  expect(output).toContain('one.js could not be read');
});

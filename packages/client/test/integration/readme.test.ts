import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';

const folder = new URL('../../', import.meta.url);

it('the ten lines of the README run', async () => {
  await using pair = await startRedisPair({ blessed: true });
  const text = await readFile(new URL('README.md', folder), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    env: { ...process.env, REDIS_URL: pair.mainUrl, REDIS_URL_GATEKEEPER: pair.gatekeeperUrl },
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\d+ 5 0\n$/);
});

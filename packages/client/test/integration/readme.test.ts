import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';

const folder = new URL('../../', import.meta.url);
const pages = ['README.md', '../../docs/guide/observability.md'];

const examples = [
  ['the ten lines', /^\d+ 5 0\n$/],
  ['the program with several keys', /^2 0\n$/],
  ['the quota', /^kis 18 undefined 18\ntrue 1\n$/],
  ['the program without keys', /^\d+\n$/],
  ['the logger', /^warn inquire-price: HTTP 502, .* HUB_ANSWER_UNREADABLE\n$/],
] as const;

const codes = async (): Promise<string[]> => {
  const texts = await Promise.all(pages.map((page) => readFile(new URL(page, folder), 'utf8')));
  return [...texts.join('\n').matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
};

it('every example of the README and of the guide on watching has its test', async () => {
  expect(await codes()).toHaveLength(examples.length);
});

it.each(examples.map(([name, printed], index) => ({ name, printed, index })))(
  '$name: what is printed there runs',
  async ({ printed, index }) => {
    await using pair = await startRedisPair({ blessed: true });
    const code = (await codes())[index] ?? '';
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: folder,
      env: { ...process.env, REDIS_URL: pair.mainUrl, REDIS_URL_GATEKEEPER: pair.gatekeeperUrl },
      timeout: 20_000,
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(printed);
  },
);

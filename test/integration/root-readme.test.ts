import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startBrokerSim } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { expect, it } from 'vitest';

import { redisUrls } from '../support/redis.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The example of README.md whose first line names this file. */
const example = async (file: string): Promise<string> => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```js\n(.+?)```/gs)].map(([, code = '']) => code);
  const found = blocks.find((code) => code.startsWith(`// ${file}`));
  if (found === undefined) throw new Error(`README.md has no example ${file}`);
  return found;
};

const run = async (code: string, env: Record<string, string>): Promise<string> => {
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return (await child).stdout;
};

it('README: quote.mjs prints a price and five daily bars', async () => {
  const key = { appKey: randomUUID(), appSecret: 'secret-'.repeat(20) };
  await using sim = await startBrokerSim({ keys: [key] });
  const { main, gatekeeper } = redisUrls();
  const output = await run(await example('quote.mjs'), {
    REDIS_URL: main,
    REDIS_URL_GATEKEEPER: gatekeeper,
    HUB_KIS_BASE_URL: sim.url,
    HUB_KIS_APP_KEY: key.appKey,
    HUB_KIS_APP_SECRET: key.appSecret,
  });
  const [price, ...bars] = output.trim().split('\n');
  expect(price).toMatch(/^\d+$/);
  expect(bars.map((line) => line.slice(0, 10))).toEqual([
    '2026-11-01',
    '2026-11-02',
    '2026-11-03',
    '2026-11-04',
    '2026-11-05',
  ]); // midnight in Korea is 15:00 UTC of the day before
});

it('README: read.mjs prints the bars of one symbol', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-readme-'));
  const path = join(folder, 'market.duckdb');
  const key = { venue: 'KRX', interval: '1m', source: 'REST_API_KIS', startMs: 1_793_577_600_000 } as const;
  const prices = { open: 1, high: 2, low: 1, close: 2, volume: 3, value: 4 };
  const store = await openStore({ path });
  await store.write({
    batchId: 'a',
    provenance: {
      requestIds: ['r'],
      tr: 'FHKST03010230',
      broker: 'kis',
      keyId: '0123456789ab',
      fetchedAtMs: 1_793_600_000_000,
      normaliserVersion: 1,
    },
    rows: [
      { ...key, ...prices, symbol: '005930' },
      { ...key, ...prices, symbol: '000660' },
    ],
    coverage: [],
  });
  await store.close();
  const code = (await example('read.mjs')).replace("'market.duckdb'", JSON.stringify(path));
  expect(await run(code, {})).toBe('2026-11-02T00:00:00.000Z 2 3\n');
  await rm(folder, { recursive: true, force: true });
});

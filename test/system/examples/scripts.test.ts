import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openStore } from '@hub/store';
import { expect, it } from 'vitest';

import { openExampleStage } from '../../support/example-stage.js';

it('one-quote tells the price', async () => {
  await using stage = await openExampleStage();
  const { exitCode, stdout, stderr } = await stage.node('examples/one-quote/one-quote.mjs', ['000660']).ended;
  const price = stage.sim.market.quote('000660', 'KRX', Date.now())?.price ?? 0;
  expect({ exitCode, stdout, stderr }).toEqual({
    ...{ exitCode: 0, stderr: '' },
    stdout: `000660 ${price.toLocaleString('en')} KRW\n`,
  });
  const unknown = await stage.node('examples/one-quote/one-quote.mjs', ['005931']).ended;
  expect(unknown.stdout).toBe('005931: no such symbol\n');
});

it('backfill-script stores the truth, and makes no call the second time', async () => {
  await using stage = await openExampleStage();
  const range = { from: '2026-11-03', to: '2026-11-05' } as const;
  const args = ['market.duckdb', range.from, range.to, '005930', '035720'];
  const first = await stage.node('examples/backfill-script/backfill.mjs', args).ended;
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  const { rows } = stage.sim.truth({ symbols: ['005930', '035720'], venue: 'KRX', interval: '1m', ...range });
  expect(first.stdout).toContain(`${String(rows.length)} bars in market.duckdb`);
  const { calls } = stage.sim.journal();

  const second = await stage.node('examples/backfill-script/backfill.mjs', args).ended;
  expect(second.stdout).toContain('005930: 0 of 3 days are missing');
  expect(stage.sim.journal().calls).toBe(calls);

  const store = await openStore({ path: join(stage.folder, 'market.duckdb') });
  const stored: object[] = [];
  for await (const row of store.candles({ interval: '1m' })) stored.push(row);
  await store.close();
  expect(stored).toMatchObject(rows.map(({ symbol, startMs, close, volume }) => ({ symbol, startMs, close, volume })));
});

it('migrated-backfill writes the same file before and after', async () => {
  await using stage = await openExampleStage({ tokenMinuteMs: 1 }); // the script asks for a token of its own
  const run = async (name: string, env?: Readonly<Record<string, string>>): Promise<string> => {
    const args = ['005930', '2026-11-02', `${name}.csv`];
    const ended = await stage.node(`examples/migrated-backfill/${name}.mjs`, args, env).ended;
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    return readFile(join(stage.folder, `${name}.csv`), 'utf8');
  };
  const after = await run('after');
  const { HUB_KIS_APP_KEY = '', HUB_KIS_APP_SECRET = '' } = stage.env;
  const own = { KIS_BASE: stage.sim.url, KIS_APP_KEY: HUB_KIS_APP_KEY, KIS_APP_SECRET: HUB_KIS_APP_SECRET };
  const before = await run('before', own);
  expect(before.split('\n')).toHaveLength(382);
  expect(after).toBe(before);
});

it('collector-polling gets prices of both brokers with one URL and no key, and ends at Ctrl-C', async () => {
  await using stage = await openExampleStage();
  const worker = stage.node('packages/cli/bin/hub.js', ['serve', '--only', 'worker', '--json']);
  await worker.line('"event":"ready"');
  const path = 'examples/collector-polling/collector.mjs';
  const collector = stage.node(path, ['005930,000660'], { REDIS_URL: stage.redis.main });
  for (const broker of ['kis', 'kiwoom']) await collector.line(`"broker":"${broker}","symbol":"000660"`);
  const { exitCode, stdout, stderr } = await collector.stop('SIGINT');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const prices = new Map<string, Set<number>>();
  for (const line of stdout.trim().split('\n')) {
    const { symbol, price } = JSON.parse(line) as { symbol: string; price: number };
    prices.set(symbol, (prices.get(symbol) ?? new Set()).add(price));
  }
  for (const symbol of ['005930', '000660']) {
    const told = [...(prices.get(symbol) ?? [])];
    expect(told).toContain(stage.sim.market.quote(symbol, 'KRX', Date.now())?.price);
  }
});

it('collector-polling says what to start when nobody takes its calls', async () => {
  await using stage = await openExampleStage();
  const path = 'examples/collector-polling/collector.mjs';
  const { exitCode, stdout, stderr } = await stage.node(path, ['005930', '1'], { REDIS_URL: stage.redis.main }).ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  expect(stderr).toMatch(/^HUB_SERVICE_AWAY .*hub serve/m);
});

it('collector-polling refuses to start with a key', async () => {
  await using stage = await openExampleStage();
  const path = 'examples/collector-polling/collector.mjs';
  const { exitCode, stderr } = await stage.node(path, ['005930', '1']).ended;
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/HUB_KIS_APP_KEY.* takes no keys/);
  expect(stderr).not.toContain(stage.env.HUB_KIS_APP_SECRET);
});

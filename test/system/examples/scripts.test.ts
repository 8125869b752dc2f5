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

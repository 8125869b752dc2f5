import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultSymbols, demoKeys } from '@hub/broker-sim';
import { koreanDay, openStore, type GapRow, type TickRow } from '@hub/store';
import { expect, it } from 'vitest';

import { openExampleStage } from '../../support/example-stage.js';

/** Ten o'clock of a trading day, on a clock that runs a hundred times as fast as ours: a market with some hundred trades a second. */
const start = Date.parse('2026-11-06T10:00+09:00');
const openMarket = (keys = [demoKeys]) => {
  const began = performance.now();
  return openExampleStage({
    keys,
    now: () => start + 100 * (performance.now() - began),
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 60, idleShare: 0 })),
  });
};

interface Line extends Readonly<Record<string, unknown>> {
  readonly ended?: { readonly trades: number; readonly books: number; readonly gaps: number };
}

const linesOf = (stdout: string): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

it('live-collector tells trades, books and a gap with its limits, and at Ctrl-C gives the socket back', async () => {
  await using stage = await openMarket();
  const collector = stage.node('examples/live-collector/live-collector.mjs', ['005930,000660']);
  for (const text of ['{"trade":"000660"', '{"book":"005930"']) await collector.line(text);
  stage.sim.live.disconnect({ how: 'close' });
  for (const of of ['trade', 'book'])
    await collector.line(`"of":"${of}","symbol":"000660","cause":"disconnect","since"`);
  await collector.line('{"gap":"ended"');
  const { exitCode, stdout, stderr } = await collector.stop('SIGINT');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = linesOf(stdout);
  const all = (name: string) => lines.filter((line) => name in line);
  const begun = all('gap').filter(({ gap }) => gap === 'begins');
  expect(begun.length).toBeGreaterThan(0);
  for (const { id, since } of all('gap').filter(({ gap }) => gap === 'ended')) {
    expect(begun).toContainEqual(expect.objectContaining({ id, since, until: null }));
  }
  expect(lines.at(-1)?.ended).toMatchObject({ trades: all('trade').length, books: all('book').length });
  expect(stage.sim.live.sessions()).toEqual([]);
});

it('live-collector runs with one command, at any hour', async () => {
  await using stage = await openMarket();
  const demo = stage.node('examples/live-collector/demo.mjs', ['005930'], {});
  await demo.line('{"trade":"005930"');
  const { exitCode, stdout, stderr } = await demo.stop('SIGINT');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(linesOf(stdout).at(-1)?.ended?.trades).toBeGreaterThan(0);
});

it('migrated-collector: what the old one loses without a word the new one has, or knows that it has not', async () => {
  const old = { appKey: 'PSold0000000000000000000000000000old', appSecret: 'old-secret/'.repeat(16) };
  await using stage = await openMarket([demoKeys, old]);
  const share = '005930';
  const before = stage.node('examples/migrated-collector/before.mjs', [share, 'before.csv'], {
    ...{ KIS_BASE: stage.sim.url, KIS_LIVE: stage.sim.url.replace('http', 'ws') },
    ...{ KIS_APP_KEY: old.appKey, KIS_APP_SECRET: old.appSecret },
  });
  const after = stage.node('examples/migrated-collector/after.mjs', [share, 'after.duckdb']);
  /** Both have a socket that has told so many trades. */
  const bothTold = (count: number) =>
    expect
      .poll(() => stage.sim.journal().live.registrations.filter(({ toMs, sent }) => toMs === null && sent >= count), {
        timeout: 30_000,
      })
      .toHaveLength(2);
  await bothTold(100);
  stage.sim.live.disconnect({ how: 'close' });
  await expect.poll(() => stage.sim.live.sessions()).toEqual([]);
  await bothTold(100);
  expect(await before.stop('SIGINT')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await after.stop('SIGINT')).toMatchObject({ exitCode: 0, stderr: '' });

  const { volume } = stage.sim.market.ticks(share, 'KRX', '20261106');
  const missing = (came: readonly number[]): number => {
    const known = new Set(came);
    const [first = 0, last = 0] = [came[0], came.at(-1)];
    return [...volume].filter((each) => each > first && each < last && !known.has(each)).length;
  };
  const csv = (await readFile(join(stage.folder, 'before.csv'), 'utf8')).trim().split('\n');
  // Nothing in the file tells it.
  expect(csv.filter((line) => !/^005930,\d{6},\d+,\d+,\d+$/.test(line))).toEqual([]);
  expect(missing(csv.map((line) => Number(line.split(',')[4])))).toBeGreaterThan(csv.length);

  const store = await openStore({ path: join(stage.folder, 'after.duckdb') });
  const ticks: TickRow[] = [];
  for (const day of new Set(['2026-11-06', koreanDay(Date.now())])) {
    for await (const tick of store.ticks({ symbol: share, venue: 'KRX', day })) ticks.push(tick);
  }
  const gaps: GapRow[] = [];
  for await (const gap of store.gaps()) gaps.push(gap);
  await store.close();
  const breaks = ticks.flatMap((tick, index) => {
    const last = ticks[index - 1];
    return last === undefined || tick.dayVolume - tick.size === last.dayVolume ? [] : [{ last, tick }];
  });
  expect(breaks.length).toBeGreaterThan(0);
  for (const { last, tick } of breaks) {
    const within = gaps.filter(
      ({ sinceMs, untilMs }) => sinceMs <= tick.receivedMs && (untilMs ?? 0) >= last.receivedMs,
    );
    expect(within).not.toEqual([]);
  }
  expect(gaps.map(({ cause }) => cause)).toEqual(['disconnect']);
});

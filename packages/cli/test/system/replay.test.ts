import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultSymbols } from '@hub/broker-sim';
import { openStore, type TickRow } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { openStage } from '../support/stage.js';

/** 10:00 of a trading day, and a market that trades a hundred times as fast as usual. */
const start = Date.UTC(2026, 10, 6, 1);

const openMarket = () => {
  const began = performance.now();
  return openStage({
    now: () => start + performance.now() - began,
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
  });
};

/** All trades of a file, without when it was written. */
const ticksOf = async (path: string, days: readonly string[]): Promise<unknown[]> => {
  await using store = await openStore({ path });
  const rows: unknown[] = [];
  for (const day of days) {
    for (const symbol of ['005930', '000660']) {
      for await (const tick of store.ticks({ symbol, venue: 'KRX', day })) rows.push(essence(tick));
    }
  }
  return rows;
};
const essence = ({ symbol, day, dayVolume, atMs, receivedMs, price, size, side }: TickRow) => ({
  ...{ symbol, day, dayVolume, atMs, receivedMs, price, size, side },
});

describe('hub replay', () => {
  it('tells and stores again what a collector has captured, once however often it is asked', async () => {
    await using stage = await openMarket();
    const args = ['collect', '--symbols', '005930,000660', '--kinds', 'trade,book', '--db', 'live.duckdb', '--json'];
    const collecting = stage.start(args, { env: { HUB_CAPTURE_DIR: 'captures' } });
    await collecting.said(/"event":"progress","received":[1-9]\d\d/);
    collecting.child.kill('SIGTERM');
    const collected = await collecting.ended;
    expect(collected.exitCode, collected.stderr).toBe(143);
    const captures = await readdir(join(stage.folder, 'captures'));
    expect(captures).toHaveLength(1);

    const told = await stage.run(['replay', 'captures', '--speed', 'max', '--json']);
    expect(told.exitCode, told.stderr).toBe(0);
    expect(told.json).toMatchObject({ ok: true, files: 1, bad: 0, flaws: [] });
    const events = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind?: string; symbol?: string; dayVolume?: number; receivedMs?: number });
    const trades = events.filter(({ kind }) => kind === 'trade');
    const { rows } = collected.json as { rows: { ticks: number; books: number } };
    expect(trades).toHaveLength(rows.ticks);
    expect(events.filter(({ kind }) => kind === 'book')).toHaveLength(rows.books);

    const stored = await stage.run(['replay', 'captures', '--speed', 'max', '--db', 'again.duckdb', '--json']);
    expect(stored.exitCode, stored.stderr).toBe(0);
    expect(stored.json).toMatchObject({ ok: true, refused: 0, rows: { ticks: rows.ticks, books: rows.books } });
    const twice = await stage.run(['replay', 'captures', '--speed', 'max', '--db', 'again.duckdb', '--json']);
    expect(twice.json).toMatchObject({ ok: true, rows: { ticks: 0, books: 0 } });
    const days = [...new Set(['2026-11-06', new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)])];
    const live = await ticksOf(join(stage.folder, 'live.duckdb'), days);
    expect(live).toHaveLength(rows.ticks);
    expect(await ticksOf(join(stage.folder, 'again.duckdb'), days)).toEqual(live);

    const one = await stage.run([
      'replay',
      join('captures', captures[0] ?? ''),
      '--speed',
      'max',
      '--symbols',
      '000660',
      '--kinds',
      'trade',
    ]);
    expect(one.exitCode, one.stderr).toBe(0);
    const lines = one.stdout
      .trim()
      .split('\n')
      .filter((line) => line.includes('×'));
    expect(lines).toHaveLength(trades.filter(({ symbol }) => symbol === '000660').length);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}kis trade KRX 000660 {2}[\d,]+ × [\d,]+/);
  });

  it('says all that is wrong before anything is opened, and what cannot be read', async () => {
    await using stage = await openStage();
    const wrong = await stage.run([
      'replay',
      'nowhere',
      '--speed',
      '0',
      '--from',
      'today',
      '--kinds',
      'news',
      '--json',
    ]);
    expect(wrong.exitCode).toBe(2);
    for (const word of ['nowhere: there is no such', '--speed 0', '--from today', '--kinds news'])
      expect(wrong.json.message).toContain(word);
    await mkdir(join(stage.folder, 'empty'));
    const empty = await stage.run(['replay', 'empty', '--json']);
    expect(empty.exitCode).toBe(1);
    expect(empty.json).toMatchObject({
      code: 'HUB_CAPTURE_UNREADABLE',
      message: 'No captured frames can be read: nothing is in empty',
    });
  });
});

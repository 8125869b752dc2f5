import { defaultSymbols } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { openStage } from '../support/stage.js';

/** 10:00 of a trading day, and a market that trades a hundred times as fast as usual. */
const start = Date.UTC(2026, 10, 6, 1);
const symbols = ['005930', '000660'];
const args = ['collect', '--symbols', symbols.join(','), '--kinds', 'trade,book', '--db', 'market.duckdb', '--json'];

const openMarket = () => {
  const began = performance.now();
  return openStage({
    now: () => start + performance.now() - began,
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
  });
};

describe('hub collect', () => {
  it('writes an unbroken chain of trades, and loses nothing that it announced when it is stopped', async () => {
    await using stage = await openMarket();
    const collecting = stage.start(args);
    await collecting.said(/"event":"progress","received":[1-9]\d\d/);
    collecting.child.kill('SIGTERM');
    const { exitCode, stdout, stderr, json } = await collecting.ended;
    expect(exitCode, stderr).toBe(143);
    expect(json).toMatchObject({ ok: true, refused: 0, written: json.received });
    const announced = [...stdout.matchAll(/"event":"progress","received":(\d+)/g)].map(([, text]) => Number(text));
    expect(Number(json.written)).toBeGreaterThanOrEqual(Math.max(...announced));

    await using store = await openStore({ path: stage.db });
    const { ticks, books, gaps } = await store.summary();
    expect({ ticks, books }).toMatchObject(json.rows as object);
    expect(ticks).toBeGreaterThan(10);
    const broken: number[] = [];
    const missing = await Array.fromAsync(store.gaps({ kind: 'trade' }));
    for (const symbol of symbols) {
      const days = new Set(['2026-11-06', new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)]);
      for (const day of days) {
        let before: number | undefined;
        for await (const { dayVolume, size } of store.ticks({ symbol, venue: 'KRX', day })) {
          if (before !== undefined && dayVolume - size !== before) broken.push(dayVolume);
          before = dayVolume;
        }
      }
    }
    expect(broken.length).toBeLessThanOrEqual(missing.length);
    expect(gaps).toBeGreaterThanOrEqual(missing.length);
  });

  it('says all that is wrong before anything is opened', async () => {
    await using stage = await openStage();
    const wrong = ['collect', '--symbols', 'x', '--kinds', 'trade,news', '--venue', 'NYSE', '--for', '5', '--json'];
    const { exitCode, json } = await stage.run(wrong);
    expect(exitCode).toBe(2);
    expect(json).toMatchObject({ ok: false, code: 'HUB_USAGE' });
    for (const word of ['x is no symbol', '--kinds news', '--venue NYSE', '--for 5'])
      expect(json.message).toContain(word);
    expect(stage.sim.journal().calls).toBe(0);
  });
});

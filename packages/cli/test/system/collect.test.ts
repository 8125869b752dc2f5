import { defaultSymbols } from '@hub/broker-sim';
import { koreanDay, openStore, type TickRow } from '@hub/store';
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
    expect(ticks + books + gaps).toBeGreaterThanOrEqual(Math.max(...announced) - (json.gaps as { told: number }).told);
    expect(ticks).toBeGreaterThan(20);
    expect(gaps).toBe(0);
    const told: { symbol: string; sinceMs: number; untilMs: number | null }[] = [];
    for await (const gap of store.gaps({ kind: 'trade' })) told.push(gap);
    const broken: string[] = [];
    for (const symbol of symbols) {
      for (const day of ['2026-11-06', koreanDay(Date.now())]) {
        let before: TickRow | undefined;
        for await (const tick of store.ticks({ symbol, venue: 'KRX', day })) {
          const whole = before === undefined || tick.dayVolume - tick.size === before.dayVolume;
          const excused = told.some(
            (gap) =>
              gap.symbol === symbol &&
              gap.sinceMs <= tick.receivedMs &&
              (gap.untilMs ?? Infinity) >= (before?.receivedMs ?? 0),
          );
          if (!whole && !excused) broken.push(`${symbol} ${tick.dayVolume}`);
          before = tick;
        }
      }
    }
    expect(broken).toEqual([]);
  });

  it('needs no keys beside `hub serve`, whose worker holds the socket', async () => {
    await using stage = await openMarket();
    const keyless = { HUB_MODE: 'service', HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '' };
    const words = ['collect', '--symbols', symbols.join(','), '--for', '10m', '--json'];
    const collecting = stage.start([...words, '--db', 'market.duckdb'], { env: keyless });
    await collecting.said(/"event":"status".*"state":"waiting".*HUB_FEED_UNSERVED/);
    const serving = stage.start(['serve', '--only', 'worker', '--json']);
    await collecting.said(/"event":"progress","received":[1-9]\d/);
    const { json: status } = await stage.run(['realtime', 'status', '--json'], { env: keyless });
    const [key] = (status.pools as { keys: { holder: string; processes: unknown[] }[] }[])[0]?.keys ?? [];
    expect(key?.holder).toMatch(new RegExp(`:${String(serving.child.pid)}$`));
    expect(key?.processes).toHaveLength(1);
    collecting.child.kill('SIGTERM');
    const { exitCode, json, stderr } = await collecting.ended;
    expect(exitCode, stderr).toBe(143);
    expect(json).toMatchObject({ ok: true, refused: 0, written: json.received });
    expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 1, maxSockets: 1 });
  });

  it('has nothing from a worker that was told to hold no feeds, and says so', async () => {
    await using stage = await openMarket();
    const keyless = { HUB_MODE: 'service', HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '' };
    const serving = stage.start(['serve', '--only', 'worker', '--no-feeds', '--json']);
    await serving.said(/"event":"ready"/);
    const collecting = stage.start(['collect', '--symbols', '005930', '--db', 'market.duckdb'], { env: keyless });
    await collecting.said(/kis trade KRX 005930: waiting HUB_FEED_UNSERVED No process with a key of kis is there/);
    expect(stage.sim.journal().brokers.kis.live.connects).toBe(0);
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

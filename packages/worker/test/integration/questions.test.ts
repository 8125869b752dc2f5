// What a process without the file asks its writer.
import { coverageStates, type Store } from '@hub/store';
import { expect, test } from 'vitest';

import { askCoverage, askGaps, coverageIn } from '../../src/index.js';
import { openStage } from '../support/stage.js';

const day = '2026-11-02';
/** A minute after the opening at 09:00 KST, UTC epoch ms. */
const at = (minute: number): number => Date.UTC(2026, 10, 2) + minute * 60_000;
const minutes = (count: number): number => count * 60_000;
const range = { fromDay: day, toDay: day } as const;

/** A collector that was there all day, with gaps of a minute each. */
const collected = (store: Store, symbol: string, gapsAt: readonly number[]) => {
  const feed = { kind: 'trade', symbol, venue: 'KRX' } as const;
  return store.writeFeed({
    batchId: `live-${symbol}`,
    provenance: { broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: at(391), normaliserVersion: 1 },
    run: { id: 'run', begun: [{ ...feed, atMs: at(-10) }] },
    ticks: [
      {
        ...{ symbol, venue: 'KRX', day, dayVolume: 1, atMs: at(391), receivedMs: at(391), price: 1, size: 1 },
        ...{ dayValue: null, side: null, ask: null, bid: null },
      },
    ],
    books: [],
    gaps: gapsAt.map((minute) => ({
      ...{ ...feed, id: `${symbol}-${minute}`, sinceMs: at(minute), untilMs: at(minute + 1) },
      ...{ cause: 'disconnect', missing: null },
    })),
  });
};

const openWriter = async () => {
  const stage = await openStage();
  await stage.start({ store: { store: stage.store, id: stage.storeId } });
  await collected(stage.store, '005930', [10, 20]);
  await collected(stage.store, '000660', [30, 40, 50]);
  await collected(stage.store, '035720', []);
  const { redisUrl, storeId, prefix, store } = stage;
  return { store, options: { redisUrl, storeId, prefix } };
};

test('the stretches of sessions arrive as the store tells them, cut to what was asked for with the total', async () => {
  const { store, options } = await openWriter();
  const all = { ...range, kind: 'trade', states: coverageStates } as const;
  expect(await askGaps(options, all)).toEqual(await store.coverageOf(all));
  const gaps = await askGaps(options, { ...range, states: ['missing'], symbols: ['005930', '999999'], limit: 2 });
  expect(gaps.total).toBe(3);
  expect(gaps.stretches).toMatchObject([
    {
      symbol: '005930',
      kind: 'trade',
      interval: null,
      fromMs: at(10),
      toMs: at(11),
      cause: 'disconnect',
      lasts: false,
    },
    { symbol: '005930', fromMs: at(20), toMs: at(21), reason: null },
  ]);
  const bad = askGaps(options, { fromDay: day, toDay: '2026-11-31' });
  await expect(bad).rejects.toMatchObject({ code: 'HUB_DAY_INVALID' });
});

test('shares arrive with the worst series first, and with the totals of all', async () => {
  const { store, options } = await openWriter();
  const answer = await askCoverage(options, { ...range, limit: 2 });
  expect(answer).toEqual(await coverageIn(store, range, 2));
  expect(answer.shares.map(({ symbol, byState }) => [symbol, byState.missing])).toEqual([
    ['000660', minutes(3)],
    ['005930', minutes(2)],
  ]);
  expect(answer).toMatchObject({
    ...{ total: 3, whole: 1, ofMs: 3 * minutes(391) },
    byState: { present: 3 * minutes(391) - minutes(5), missing: minutes(5) },
  });
});

test('a store without a writer is named, with what to do', async () => {
  const { redisUrl, prefix } = await openStage();
  const away = askGaps({ redisUrl, prefix, storeId: 'nobody', timeoutMs: 200 }, range);
  await expect(away).rejects.toMatchObject({ code: 'HUB_WRITER_AWAY' });
});

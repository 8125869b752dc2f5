import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openStore, verifyStore, type FindingCode, type Store } from '../../src/index.js';
import { bar, batchOf, day, openMs, stretch } from '../support/batch.js';
import { editStore } from '../../../../test/support/edit-store.js';
import { book, feedBatch, gap, tick } from '../support/feed-batch.js';
import { readElsewhere } from '../support/other-reader.js';
import { storeFile } from '../support/store-file.js';

const dayMs = 86_400_000;
const midnight = openMs - 9 * 3_600_000;
const wholeDay = stretch(0, 0, { fromMs: midnight, toMs: midnight + dayMs });
const dayBar = bar(0, { interval: '1d', startMs: midnight, volume: 2_001 });
const dayCovered = { ...wholeDay, interval: '1d' } as const;

const trade = (dayVolume: number, second: number, change: Parameters<typeof tick>[1] = {}) =>
  tick(dayVolume, { atMs: openMs + second * 1_000, receivedMs: openMs + second * 1_000 + 234, ...change });

/** Two minutes, their day, and the trades of the first minute and the beginning of the second one. */
const sound = async (store: Store): Promise<void> => {
  await store.write(batchOf('minutes', [bar(0), bar(1)], { coverage: [wholeDay] }));
  await store.write(batchOf('day', [dayBar], { coverage: [dayCovered], fetchedAtMs: midnight + dayMs }));
  const ticks = [trade(400, 1, { size: 400 }), trade(1_000, 30, { size: 600 }), trade(1_100, 61, { size: 100 })];
  await store.writeFeed(
    feedBatch('feed', {
      ticks,
      books: [book(openMs)],
      gaps: [gap('gap-1', openMs + 3_605_000, { sinceMs: openMs + 3_600_000 })],
    }),
  );
};

/** The findings in a sound store to which this was done. */
const findings = async (
  edits: readonly string[],
  add: (store: Store) => Promise<unknown> = () => Promise.resolve(),
) => {
  await using file = await storeFile();
  {
    await using store = await openStore({ path: file.path });
    await sound(store);
    await add(store);
  }
  await editStore(file.path, edits);
  const { findings: all, total } = await verifyStore({ path: file.path });
  expect(total).toBe(all.length);
  return all.map(({ code, table, place, what }) => ({ code, table, text: `${place}: ${what}` }));
};

/** DuckDB would not let a double in. */
const doubled = (table: string): string[] => [
  `CREATE TABLE loose AS SELECT * FROM ${table}`,
  `INSERT INTO loose SELECT * FROM ${table} LIMIT 1`,
  `DROP TABLE ${table}`,
  `ALTER TABLE loose RENAME TO ${table}`,
];

it('finds nothing in a sound store, and leaves it as it was', async () => {
  await using file = await storeFile();
  {
    await using store = await openStore({ path: file.path });
    await sound(store);
  }
  const before = await readFile(file.path);
  const result = await verifyStore({ path: file.path });
  expect(result).toMatchObject({ findings: [], total: 0 });
  expect((await readFile(file.path)).equals(before)).toBe(true);
});

it.each(['candles', 'ticks', 'books', 'gaps', 'batches', 'feed_batches'])(
  'finds a row of %s that is there twice',
  async (table) => {
    const found = await findings(doubled(table));
    expect(found.filter(({ code }) => code === 'duplicate-key')).toMatchObject([{ table }]);
  },
);

it.each([
  ['candles', 'batch_id'],
  ['coverage', 'batch_id'],
  ['ticks', 'batch_id'],
  ['books', 'batch_id'],
  ['gaps', 'batch_id'],
  ['gaps', 'closed_by'],
])('finds rows of %s whose %s is of no batch', async (table, column) => {
  const found = await findings([`UPDATE ${table} SET ${column} = 'nobody'`]);
  expect(found).toMatchObject([{ code: 'batch-missing', table }]);
  expect(found[0]?.text).toContain('nobody');
});

it.each([
  ['recoveries', `'nobody'`],
  ['disagreements', ''],
])('finds rows of %s that are of no batch', async (table) => {
  const zeros = '1, 1, 1, 1, 1, 1';
  const rows = {
    recoveries: `'gap-1', TIMESTAMP '2026-11-02', TIMESTAMP '2026-11-02', 'recovered', NULL, 0, 'nobody', TIMESTAMP '2026-11-02'`,
    disagreements: `'005930', 'KRX', '1m', TIMESTAMP '2026-11-02', 'LOW', TIMESTAMP '2026-11-02', ${zeros}, 'nobody', ${zeros}, 'minutes'`,
  };
  const found = await findings([`INSERT INTO ${table} VALUES (${rows[table as keyof typeof rows]})`]);
  expect(found).toMatchObject([{ code: 'batch-missing', table }]);
});

const inMinute = `WHERE interval = '1m' AND start_at = TIMESTAMP '2026-11-02 00:00:00'`;
it.each([
  ['a low above the open', `UPDATE candles SET low = open + 1, high = open + 2, close = open + 1 ${inMinute}`],
  ['a high below the close', `UPDATE candles SET high = close - 1 ${inMinute}`],
  ['a price of nothing', `UPDATE candles SET low = 0 ${inMinute}`],
])('finds a bar with %s', async (_fault, edit) => {
  expect(await findings([edit])).toMatchObject([{ code: 'bar-inconsistent', table: 'candles' }]);
});

const setDay = (volume: number): string => `UPDATE candles SET volume = ${volume} WHERE interval = '1d'`;
const sums: [string, FindingCode, string][] = [
  ['minutes that add up to more than the day', 'minutes-exceed-day', setDay(2_000)],
  ['minutes that lack some of the day', 'minutes-below-day', setDay(2_002)],
];
it.each(sums)('finds %s', async (_fault, code, edit) => {
  const found = await findings([edit]);
  expect(found).toMatchObject([{ code }]);
  expect(found[0]?.text).toContain('minutes add up to 2001');
});

it('says nothing of a day whose minutes are not all here, or whose bar is not final', async () => {
  const cut = `UPDATE coverage SET to_at = TIMESTAMP '2026-11-02 00:02:00' WHERE interval = '1m'`;
  expect(await findings([setDay(9_000), cut])).toEqual([]);
  expect(await findings([setDay(1), `UPDATE candles SET fetched_at = TIMESTAMP '2026-11-02 01:00:00'`])).toEqual([]);
});

it('finds a break in the volumes of trades that no gap tells of', async () => {
  const lost = feedBatch('later', { ticks: [trade(1_300, 90, { size: 150 })] });
  const found = await findings([], (store) => store.writeFeed(lost));
  expect(found).toMatchObject([{ code: 'tick-chain-broken', table: 'ticks' }]);
  expect(found[0]?.text).toContain('50 shares are missing');
});

it('says nothing of a break that lies in a gap', async () => {
  const lost = feedBatch('later', {
    ticks: [trade(1_300, 90, { size: 150 })],
    gaps: [gap('gap-2', openMs + 80_000, { sinceMs: openMs + 70_000 })],
  });
  expect(await findings([], (store) => store.writeFeed(lost))).toEqual([]);
});

it('finds a minute whose trades are not what its bar has', async () => {
  const found = await findings([
    `UPDATE candles SET volume = volume - 1 ${inMinute}`,
    `UPDATE candles SET volume = volume + 1 WHERE interval = '1m' AND start_at = TIMESTAMP '2026-11-02 00:01:00'`,
  ]);
  expect(found).toEqual([
    expect.objectContaining({
      code: 'tick-minute-differs',
      text: expect.stringContaining('trades add up to 1000') as string,
    }),
  ]);
});

it('finds a stretch that is said to be present and has no bars', async () => {
  const empty = stretch(10, 20, { symbol: '000660' });
  const found = await findings([], (store) => store.write(batchOf('empty', [], { coverage: [empty] })));
  expect(found).toMatchObject([{ code: 'coverage-without-rows', table: 'coverage' }]);
  expect(found[0]?.text).toContain('000660 KRX 1m');
});

it('finds stretches that overlap', async () => {
  const twice = `INSERT INTO coverage SELECT * REPLACE (from_at + INTERVAL 1 MINUTE AS from_at) FROM coverage WHERE interval = '1m'`;
  expect((await findings([twice])).map(({ code }) => code)).toContain('coverage-overlaps');
});

it('finds bars that no coverage claims', async () => {
  const cut = `UPDATE coverage SET to_at = TIMESTAMP '2026-11-02 00:01:00' WHERE interval = '1m'`;
  const found = await findings([cut]);
  expect(found).toMatchObject([{ code: 'row-not-covered', table: 'candles' }]);
  expect(found[0]?.text).toContain('2026-11-02 09:01:00 KST');
});

it('looks at the days that it was told, and lists no more than it was told', async () => {
  await using file = await storeFile();
  {
    await using store = await openStore({ path: file.path });
    await sound(store);
  }
  await editStore(file.path, [`UPDATE candles SET high = low - 1`]);
  expect((await verifyStore({ path: file.path, days: ['2026-11-03'] })).total).toBe(0);
  const { findings: listed, total } = await verifyStore({ path: file.path, days: [day], listed: 1 });
  expect([listed.length, total]).toEqual([1, 3]);
  await expect(verifyStore({ path: file.path, days: ['2026-02-31'] })).rejects.toMatchObject({
    code: 'HUB_DAY_INVALID',
  });
});

it('needs a file that nobody writes to; others may read it meanwhile', async () => {
  await using file = await storeFile();
  {
    await using store = await openStore({ path: file.path });
    await expect(verifyStore({ path: store.path })).rejects.toMatchObject({ code: 'HUB_STORE_LOCKED' });
  }
  const [result, elsewhere] = await Promise.all([verifyStore({ path: file.path }), readElsewhere(file.path)]);
  expect(result.total).toBe(0);
  expect(elsewhere).toEqual({ rows: [[0]] });
});

it('refuses what is no store', async () => {
  await using file = await storeFile();
  await editStore(file.path, ['CREATE TABLE own (id INTEGER)']);
  await expect(verifyStore({ path: file.path })).rejects.toMatchObject({ code: 'HUB_STORE_UNREADABLE' });
});

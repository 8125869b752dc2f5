// What is known of sessions: derived from runs, gaps and recoveries, and from what sources of bars have told.
import { describe, expect, it } from 'vitest';
import {
  openStore,
  type FeedBatch,
  type FeedRecovery,
  type KnownQuery,
  type KnownStretch,
  type NewGap,
  type Store,
} from '../../src/index.js';
import { batchOf, day, stretch } from '../support/batch.js';
import { feedBatch, gap, kiwoom, tick } from '../support/feed-batch.js';
import { filePerTest } from '../support/file-per-test.js';

const minuteMs = 60_000;
const series = { kind: 'trade', symbol: '005930', venue: 'KRX' } as const;

/** `09:30`, `15:30:20`, on `day` unless told. UTC epoch ms. */
const at = (clock: string, on = day): number => Date.parse(`${on}T${clock.length === 5 ? `${clock}:00` : clock}+09:00`);
const clock = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19).replace(/:00$/, '');

const words = ({ fromMs, toMs, state, cause, reason, lasts }: KnownStretch): string =>
  [`${clock(fromMs)}–${clock(toMs)}`, state, cause ?? reason ?? '', lasts ? 'lasts' : ''].join(' ').trim();

let now: number;
let store: Store;
filePerTest(
  async (path) => {
    now = at('18:00', '2026-11-30');
    store = await openStore({ path, clock: () => now });
  },
  () => store.close(),
);

let batches = 0;
/** What a run tells: where it begins, a trade each at these times, and gaps. */
const run = (
  id: string,
  {
    from,
    trades = [],
    gaps = [],
    of = {},
    symbol = '005930',
  }: {
    from?: number;
    trades?: readonly number[];
    gaps?: readonly NewGap[];
    of?: Partial<typeof kiwoom>;
    symbol?: string;
  },
): Promise<unknown> => {
  const begun = from === undefined ? [] : [{ ...series, symbol, atMs: from }];
  const ticks = trades.map((receivedMs, index) =>
    tick(++batches * 1_000 + index, {
      symbol,
      receivedMs,
      atMs: receivedMs,
      day: new Date(receivedMs + 9 * 3_600_000).toISOString().slice(0, 10),
    }),
  );
  const batch: FeedBatch = { ...feedBatch(`batch-${++batches}`, { ticks, gaps }, of), run: { id, begun } };
  return store.writeFeed(batch);
};

const broken = (id: string, from: number, to: number | null, change: Partial<NewGap> = {}): NewGap =>
  gap(id, to, { sinceMs: from, ...change });

const recover = (gapId: string, from: number, to: number, change: Partial<FeedRecovery> = {}) =>
  store.writeFeed({
    ...feedBatch(`recovery-${++batches}`, {}, { source: 'REST_API_KIS' }),
    recovery: {
      gapId,
      kind: 'trade',
      symbol: '005930',
      venue: 'KRX',
      day,
      fromMs: from,
      toMs: to,
      asked: true,
      ...change,
    },
  });

const known = async (query: Partial<KnownQuery> = {}): Promise<string[]> =>
  (await store.coverageOf({ kind: 'trade', fromDay: day, toDay: day, ...query })).stretches.map(words);

describe('the coverage of live feeds', () => {
  it('is whole where a run was there all day, also a quiet one beside others', async () => {
    await run('r', { from: at('08:50'), trades: [at('09:00'), at('15:30:20')] });
    await run('r', { from: at('08:50'), trades: [at('14:02')], symbol: '000660' });
    expect(await known()).toEqual(['09:00–15:31 present', '09:00–15:31 present']);
  });

  it('lacks what its gaps tell, also one of an instant and one after the close', async () => {
    const gaps = [
      broken('a', at('09:30'), at('09:31')),
      broken('b', at('10:00'), at('10:00'), { cause: 'volume', missing: 7 }),
      broken('c', at('15:30:10'), at('15:50')),
    ];
    await run('r', { from: at('08:50'), trades: [at('09:00')], gaps });
    await run('r', { trades: [at('15:50')] });
    expect(await known()).toEqual([
      '09:00–09:30 present',
      '09:30–09:31 missing disconnect',
      '09:31–10:00 present',
      '10:00–10:00 missing volume',
      '10:00–15:30:10 present',
      '15:30:10–15:31 missing disconnect',
    ]);
  });

  it('lacks nothing at night, and nothing outside of the session', async () => {
    await run('r', { from: at('08:50'), trades: [at('09:00'), at('15:30:20')] });
    await run('r', { gaps: [broken('night', at('15:40'), at('08:40', '2026-11-03'))] });
    await run('r', { trades: [at('15:31', '2026-11-03')] });
    expect(await known({ toDay: '2026-11-03' })).toEqual(['09:00–15:31 present', '09:00–15:31 present']);
  });

  it('lacks what lies between two runs, before the first and behind the last', async () => {
    await run('first', { from: at('09:10'), trades: [at('09:11'), at('10:00')] });
    await run('second', { from: at('10:30'), trades: [at('11:00')] });
    expect(await known()).toEqual([
      '09:00–09:10 missing not-collected',
      '09:10–10:00 present',
      '10:00–10:30 missing not-collected',
      '10:30–11:00 present',
      '11:00–15:31 missing not-collected',
    ]);
  });

  it('lacks whole days between two runs, but none on which nobody trades', async () => {
    await run('friday', { from: at('08:50', '2026-10-30'), trades: [at('15:30', '2026-10-30')] });
    await run('wednesday', { from: at('08:50', '2026-11-04'), trades: [at('15:30', '2026-11-04')] });
    const { stretches } = await store.coverageOf({ kind: 'trade', fromDay: '2026-10-30', toDay: '2026-11-04' });
    expect(stretches.map(({ day, state }) => `${day} ${state}`)).toEqual(
      [
        '2026-10-30 missing', // from the last trade on: nothing says that the closing auction came
        '2026-11-02 missing',
        '2026-11-03 missing',
        '2026-11-04 present',
      ].flatMap((line) => (line.startsWith('2026-10-30') ? ['2026-10-30 present', line] : [line])),
    );
  });

  it('has what was recovered, and says what nobody can tell any more', async () => {
    const gaps = [
      broken('a', at('09:30'), at('09:40')),
      broken('b', at('10:00'), at('10:10')),
      broken('c', at('11:00'), at('11:05')),
    ];
    await run('r', { from: at('08:50'), trades: [at('09:00')], gaps });
    await run('r', { trades: [at('15:31')] });
    await recover('a', at('09:30'), at('09:40'), { unavailable: 'no broker tells it any more' });
    await recover('b', at('10:00'), at('10:05'), { expired: 'not any more' });
    expect(await known()).toEqual([
      '09:00–09:30 present',
      '09:30–09:40 unavailable no broker tells it any more',
      '09:40–10:00 present',
      '10:00–10:05 expired not any more',
      '10:05–10:10 missing disconnect',
      '10:10–11:00 present',
      '11:00–11:05 missing disconnect',
      '11:05–15:31 present',
    ]);
  });

  it('is present again where a recovery has proven it', async () => {
    await run('r', { from: at('08:50'), gaps: [broken('a', at('09:30'), at('09:40'))] });
    const live = tick(1_001, { atMs: at('15:31'), receivedMs: at('15:31'), size: 1 });
    await store.writeFeed({ ...feedBatch('live', { ticks: [live] }), run: { id: 'r', begun: [] } });
    expect(await known()).toHaveLength(3);
    // All that the day had traded before.
    const ticks = [tick(1_000, { atMs: at('09:35'), receivedMs: at('16:00'), size: 1_000 })];
    const batch = feedBatch('told', { ticks }, { source: 'REST_API_KIS' });
    const recovery = { gapId: 'a', ...series, day, fromMs: at('09:30'), toMs: at('09:40'), asked: true };
    expect((await store.writeFeed({ ...batch, recovery })).recovery?.state).toBe('recovered');
    expect(await known()).toEqual(['09:00–15:31 present']);
  });

  it('goes by the gaps of each broker: what one has told the other did not miss', async () => {
    await run('one', { from: at('08:50'), gaps: [broken('a', at('09:30'), at('09:50'))], trades: [at('15:31')] });
    await run('two', { from: at('09:40'), trades: [at('15:31')], of: kiwoom });
    expect(await known()).toEqual(['09:00–09:30 present', '09:30–09:40 missing disconnect', '09:40–15:31 present']);
  });

  it('ends now: an open gap lasts until then, and a feed that told something a moment ago is there', async () => {
    now = at('11:00');
    await run('r', { from: at('08:50'), trades: [at('10:59:30')], gaps: [broken('a', at('10:30'), null)] });
    await run('other', { from: at('08:50'), trades: [at('10:59:30')], symbol: '000660' });
    expect(await known({ symbols: ['005930'] })).toEqual([
      '09:00–10:30 present',
      '10:30–11:00 missing disconnect lasts',
    ]);
    expect(await known({ symbols: ['000660'] })).toEqual(['09:00–11:00 present']);
    now = at('11:20'); // and then it told nothing more
    expect(await known({ symbols: ['000660'] })).toEqual([
      '09:00–10:59:30 present',
      '10:59:30–11:20 missing not-collected',
    ]);
  });

  it('of a day that has not begun, or that nobody knows, is nothing', async () => {
    now = at('08:55');
    await run('r', { from: at('08:50'), trades: [at('08:51')] });
    expect(await known({ symbols: ['005930'] })).toEqual([]);
    now = at('18:00', '2026-11-30');
    expect(await known({ symbols: ['005930'], fromDay: '2031-01-06', toDay: '2031-01-07' })).toEqual([]);
    await expect(known({ fromDay: '2026-11-31' })).rejects.toMatchObject({ code: 'HUB_DAY_INVALID' });
  });

  it('goes by the hours of the day: one hour later on the examination day, as saved where that was told', async () => {
    const exam = '2026-11-19';
    await run('r', { from: at('09:30', exam), trades: [at('16:31', exam)] });
    expect(await known({ fromDay: exam, toDay: exam })).toEqual(['10:00–16:31 present']);
    const told = { venue: 'KRX', day: exam, state: 'open', source: 'test', fetchedAtMs: 1 } as const;
    await store.saveTradingDays([{ ...told, openMs: at('09:00', exam), closeMs: at('16:30', exam) }]);
    expect(await known({ fromDay: exam, toDay: exam })).toEqual([
      '09:00–09:30 missing not-collected',
      '09:30–16:31 present',
    ]);
    await store.saveTradingDays([{ ...told, state: 'closed', openMs: null, closeMs: null, fetchedAtMs: 2 }]);
    expect(await known({ fromDay: exam, toDay: exam })).toEqual([]);
  });

  it('is missing as a whole for a named symbol of which nothing is known, and for no other', async () => {
    await run('r', { from: at('08:50'), trades: [at('15:31')] });
    expect(await known()).toEqual(['09:00–15:31 present']);
    const named = await store.coverageOf({
      symbols: ['005930', '999999'],
      kind: 'trade',
      fromDay: day,
      toDay: '2026-11-03',
    });
    expect(named.stretches.map((each) => `${each.symbol} ${each.day} ${words(each)}`)).toEqual([
      '005930 2026-11-02 09:00–15:31 present',
      '999999 2026-11-02 09:00–15:31 missing',
      '005930 2026-11-03 09:00–15:31 missing',
      '999999 2026-11-03 09:00–15:31 missing',
    ]);
    expect(named.stretches.every(({ venue }) => venue === 'KRX')).toBe(true);
    expect(await known({ symbols: ['999999'], venue: 'NXT' })).toEqual(['08:00–20:01 missing']);
  });
});

describe('the coverage of candles', () => {
  const write = (id: string, ...coverage: ReturnType<typeof stretch>[]) => store.write(batchOf(id, [], { coverage }));

  it('is the best that any source tells of each minute', async () => {
    await write('a', stretch(0, 60), stretch(60, 70, { state: 'expired' }), stretch(70, 80, { state: 'requested' }));
    const other = { source: 'REST_API_KIWOOM' } as const;
    await write(
      'b',
      stretch(50, 65, { ...other, state: 'verified_empty' }),
      stretch(65, 66, { ...other, state: 'missing' }),
    );
    expect(await known({ kind: 'candle' })).toEqual([
      '09:00–10:00 present',
      '10:00–10:05 verified_empty',
      '10:05–10:10 expired',
      '10:10–10:20 requested',
      '10:20–15:31 missing',
    ]);
  });

  it('of a minute that goes on is not known yet, nor is a daily bar before the close', async () => {
    now = at('10:30:40');
    await write('a', stretch(-540, 90), stretch(-540, 90, { interval: '1d' }));
    expect(await known({ kind: 'candle' })).toEqual(['09:00–10:30 present']);
    expect(await known({ kind: 'candle', interval: '1d' })).toEqual([]);
    now = at('15:30');
    expect(await known({ kind: 'candle', interval: '1d' })).toEqual(['09:00–10:30 present', '10:30–15:30 missing']);
  });

  it('is not mixed with that of another interval or venue', async () => {
    await write('a', stretch(-540, 900), stretch(0, 60, { venue: 'NXT' }), stretch(0, 60, { interval: '1d' }));
    expect(await known({ kind: 'candle', venue: 'KRX' })).toEqual(['09:00–15:31 present']);
    expect(await known({ kind: 'candle', interval: '1d' })).toEqual(['09:00–10:00 present', '10:00–15:30 missing']);
  });
});

describe('a question', () => {
  it('without a kind is about whatever is known, and of trades where nothing is', async () => {
    await store.write(batchOf('a', [], { coverage: [stretch(-540, 900)] }));
    const of = async (symbols: string[]) =>
      (await store.coverageOf({ symbols, fromDay: day, toDay: day })).stretches.map(
        (each) => `${each.symbol} ${each.kind} ${each.interval ?? ''} ${each.state}`,
      );
    expect(await of(['005930'])).toEqual(['005930 candle 1m present']);
    expect(await of(['005930', '000660'])).toEqual(['000660 candle 1m missing', '005930 candle 1m present']);
    expect(await of(['000660'])).toEqual(['000660 trade  missing']);
    await run('r', { from: at('08:50'), trades: [at('15:31')] });
    expect(await of(['005930'])).toEqual(['005930 trade  present', '005930 candle 1m present']);
  });

  it('gets the states and as many stretches as it asked for, and is told of the others', async () => {
    const gaps = [1, 2, 3].map((hour) => broken(`g${hour}`, at(`1${hour}:00`), at(`1${hour}:01`)));
    await run('r', { from: at('08:50'), gaps, trades: [at('15:31')] });
    await store.write(batchOf('a', [], { coverage: [stretch(0, 10)] }));
    const query = { fromDay: day, toDay: day, states: ['missing'] } as const;
    const all = await store.coverageOf(query);
    expect([all.total, all.stretches.map(({ kind }) => kind)]).toEqual([4, ['trade', 'trade', 'trade', 'candle']]);
    const two = await store.coverageOf({ ...query, limit: 2 });
    expect([two.total, two.stretches]).toEqual([4, all.stretches.slice(0, 2)]);
    expect(two.sessions.find(({ venue }) => venue === 'KRX')).toEqual({
      venue: 'KRX',
      day,
      fromMs: at('09:00'),
      toMs: at('15:31'),
    });
  });

  it('for shares adds the same up', async () => {
    await run('r', { from: at('08:50'), gaps: [broken('a', at('11:00'), at('11:30'))], trades: [at('15:31')] });
    await run('r', { from: at('09:10'), trades: [at('09:20')], symbol: '000660' });
    const shares = await store.coverageShares({ kind: 'trade', fromDay: day, toDay: day });
    const whole = 391 * minuteMs;
    const rest = { venue: 'KRX', kind: 'trade', interval: null, ofMs: whole } as const;
    expect(shares).toEqual([
      { ...rest, symbol: '000660', byState: { present: whole - 10 * minuteMs, missing: 10 * minuteMs } },
      { ...rest, symbol: '005930', byState: { present: whole - 30 * minuteMs, missing: 30 * minuteMs } },
    ]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { openStore, tradingDays, type Store } from '@hub/store';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { textTable } from '../harness/text-table.js';
import { writeBare } from './bare.js';
import { barsOfBatch, dayBatch } from './rows.js';

/** Of the rows per second that DuckDB takes without coverage, provenance and checks. */
const leastShare = 0.6;
/** Of the time that one scan of the coverage takes. */
const mostTimesScan = 1;

const minutesOfDay = 381;
const symbolCount = 2_700;
/** What a writer has in hand at once. */
const together = [16, 1] as const;

interface Bench {
  readonly store: Store;
  readonly connection: DuckDBConnection;
  readonly context: CommandContext;
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begunAt = performance.now();
  await work();
  return performance.now() - begunAt;
};

/** Rows that are there already, by day: what a collector of many months has. */
const seed = async (connection: DuckDBConnection, rows: number, days: readonly string[]): Promise<void> => {
  const symbols = Math.min(symbolCount, Math.ceil(rows / minutesOfDay));
  for (let day = 0; day < Math.ceil(rows / symbols / minutesOfDay); day += 1) {
    await connection.run(`
      INSERT INTO candles SELECT lpad(symbol::VARCHAR, 6, '0'), 'KRX', '1m',
        TIMESTAMP '2026-01-05' + to_days(${day}) + to_minutes(minute::INTEGER), 'REST_API_KIS',
        58000, 58200, 57900, 58000 + minute % 200, 1000 + minute, 58050000, 'seed-' || symbol || '-${day}',
        TIMESTAMP '2026-01-05 10:00:00' + to_days(${day})
      FROM range(${symbols}) symbols(symbol), range(${minutesOfDay}) minutes(minute)`);
    await connection.run(`
      INSERT INTO batches SELECT 'seed-' || symbol || '-${day}', 'kis', 'FHKST03010230', '0123456789ab', ['r'],
        TIMESTAMP '2026-01-05', 1, TIMESTAMP '2026-01-05', ${minutesOfDay}, 0, 0 FROM range(${symbols}) symbols(symbol)`);
  }
  const list = days.map((day) => `DATE '${day}'`).join(', ');
  await connection.run(`
    INSERT INTO coverage SELECT lpad(symbol::VARCHAR, 6, '0'), 'KRX', 'candle', '1m', 'REST_API_KIS', day,
      day - INTERVAL 9 HOUR, day + INTERVAL 15 HOUR, 'present', 'seed-' || symbol || '-0'
    FROM range(${symbolCount}) symbols(symbol), (SELECT unnest([${list}]) AS day)`);
  await connection.run('CHECKPOINT');
};

/** The two ways take turns, so that what else the machine does falls on both. */
const ingest = async ({ store, connection, context }: Bench, atOnce: number, rounds: number) => {
  const times: Record<'bare' | 'store', number[]> = { bare: [], store: [] };
  for (let round = 0; round < rounds; round += 1) {
    const batches = (way: string) =>
      Array.from({ length: atOnce }, (_, index) => dayBatch(`${way}${atOnce}R${round}N${index}`));
    const [first, second] = [batches('B'), batches('S')];
    const ways = [
      async () => times.bare.push(await timed(() => writeBare(connection, first))),
      async () => times.store.push(await timed(() => Promise.all(second.map((batch) => store.write(batch))))),
    ];
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
    context.signal.throwIfAborted();
  }
  const rowsPerSecond = (way: 'bare' | 'store'): number =>
    Math.round((atOnce * barsOfBatch * 1_000) / quantile(times[way], 0.5));
  const share = quantile(times.bare, 0.5) / quantile(times.store, 0.5);
  return { atOnce, bare: rowsPerSecond('bare'), store: rowsPerSecond('store'), share: rounded(share) };
};

const gapQuery = async ({ store, connection }: Bench, days: readonly string[], rounds: number) => {
  const symbols = Array.from({ length: symbolCount }, (_, index) => String(index).padStart(6, '0'));
  const query = { symbols, venue: 'KRX', interval: '1m', sources: ['REST_API_KIS'], days } as const;
  const times: Record<'query' | 'scan' | 'scanWithin', number[]> = { query: [], scan: [], scanWithin: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.query.push(await timed(() => store.missingDaysBySymbol(query)));
    // What DuckDB needs for it by itself: no bar, for a query has to bring rows to JavaScript.
    times.scanWithin.push(
      await timed(() => connection.run('SELECT count(DISTINCT (symbol, day)), max(to_at), min(from_at) FROM coverage')),
    );
    // All of it, read as the query reads it.
    times.scan.push(
      await timed(async () => {
        const reader = await connection.runAndReadAll(`SELECT symbol, day::VARCHAR AS day,
          epoch_ms(from_at)::DOUBLE AS "fromMs", epoch_ms(to_at)::DOUBLE AS "toMs" FROM coverage`);
        return reader.getRowObjects();
      }),
    );
  }
  const [queryMs, scanMs] = [quantile(times.query, 0.5), quantile(times.scan, 0.5)];
  return {
    queryMs: Math.round(queryMs),
    scanMs: Math.round(scanMs),
    scanWithinMs: Math.round(quantile(times.scanWithin, 0.5)),
    timesScan: rounded(queryMs / scanMs),
  };
};

const measure = async (context: CommandContext): Promise<Figures> => {
  const { quick, say, onExit } = context;
  const rows = quick ? 300_000 : 10_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'hub-bench-'));
  onExit(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'market.duckdb');
  const store = await openStore({ path });
  onExit(() => store.close());
  // The instance that the store has open: two of one file in one process would lose rows.
  const instance = await DuckDBInstance.fromCache(path, {
    ...{ threads: '2', memory_limit: '1GB', autoinstall_known_extensions: 'false' },
  });
  const connection = await instance.connect();
  onExit(() => {
    connection.disconnectSync();
    return Promise.resolve();
  });
  const days = tradingDays('KRX', '2025-01-01', '2026-01-31').slice(0, quick ? 50 : 250);
  const seedMs = await timed(() => seed(connection, rows, days));
  say(`${rows.toLocaleString('en')} bars seeded in ${Math.round(seedMs / 1_000)} s`);
  const bench: Bench = { store, connection, context };
  const ways = [];
  for (const atOnce of together) ways.push(await ingest(bench, atOnce, quick ? 5 : 21));
  const gaps = await gapQuery(bench, days, quick ? 2 : 5);
  for (const line of textTable([
    ['batches at once', 'bare rows/s', 'store rows/s', 'share'],
    ...ways.map(({ atOnce, bare, store: ours, share }) => [String(atOnce), String(bare), String(ours), String(share)]),
  ])) {
    say(line);
  }
  const [served] = ways;
  const ingestOk = served !== undefined && served.share >= leastShare;
  say(
    `${ingestOk ? '✓' : '✗'} the bar is ${leastShare} of bare, with ${together[0]} batches at once as a writer has them`,
  );
  const gapsOk = gaps.timesScan <= mostTimesScan;
  say(
    `${gapsOk ? '✓' : '✗'} missing days of ${symbolCount} symbols × ${days.length} days: ${gaps.queryMs} ms, ` +
      `one scan of the coverage read into the process: ${gaps.scanMs} ms (within DuckDB: ${gaps.scanWithinMs} ms)`,
  );
  return { ok: ingestOk && gapsOk, rows, ways, leastShare, gaps, mostTimesScan };
};

await runCommand({ full: 900_000, quick: 120_000 }, measure);

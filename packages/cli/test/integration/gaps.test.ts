// hub gaps and hub coverage, on a real file and through its writer.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStore, type FeedBatch, type Store } from '@hub/store';
import { startService, storeIdOf } from '@hub/worker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { typed } from '../support/typed.js';

const day = '2026-11-02';
/** By the clock in Korea, UTC epoch ms. */
const at = (clock: string): number => Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}+09:00`);
const evening = at('18:00');

interface Gap {
  readonly id: string;
  readonly from: string;
  readonly to: string | null;
  readonly cause?: string;
}

/** A collector that was there from before the opening, and told a last trade at this time. */
const collected = (symbol: string, last: string, gaps: readonly Gap[] = []): FeedBatch => {
  const feed = { kind: 'trade', symbol, venue: 'KRX' } as const;
  const lastMs = at(last);
  return {
    batchId: `live-${symbol}`,
    provenance: { broker: 'kis', source: 'WS_KIS', keyId: null, receivedAtMs: lastMs, normaliserVersion: 1 },
    run: { id: 'run', begun: [{ ...feed, atMs: at('08:50') }] },
    ticks: [
      {
        ...{ symbol, venue: 'KRX', day, dayVolume: 1, atMs: lastMs, receivedMs: lastMs, price: 1, size: 1 },
        ...{ dayValue: null, side: null, ask: null, bid: null },
      },
    ],
    books: [],
    gaps: gaps.map(({ id, from, to, cause = 'disconnect' }) => ({
      ...{ ...feed, id, sinceMs: at(from), untilMs: to === null ? null : at(to), cause, missing: null },
    })),
  };
};

let folder: string;
let db: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-gaps-'));
  db = join(folder, 'market.duckdb');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fill = async (...batches: readonly FeedBatch[]): Promise<void> => {
  await using store = await openStore({ path: db });
  for (const batch of batches) await store.writeFeed(batch);
};

const twoGaps = collected('005930', '15:30:05', [
  { id: 'a', from: '09:30', to: '09:42' },
  { id: 'b', from: '13:00:00', to: '13:00:02', cause: 'silent' },
]);
const giveUp: FeedBatch = {
  ...collected('005930', '15:30:05'),
  batchId: 'recovery',
  recovery: {
    ...{ gapId: 'b', kind: 'trade', symbol: '005930', venue: 'KRX', day, asked: false },
    ...{ fromMs: at('13:00:00'), toMs: at('13:00:02'), unavailable: 'no broker tells trades of that day any more' },
  },
  ticks: [],
};

describe('hub gaps', () => {
  it('tells what is missing, when and why, and draws it', async () => {
    await fill(twoGaps, giveUp, collected('000660', '15:30:05'));
    const { exitCode, stdout } = await typed(['gaps', '--db', db], { now: evening });
    expect(stdout.split('\n')).toEqual([
      'symbol  venue  kind   from–to (KST)           length  state        why',
      '──────  ─────  ─────  ─────────────────  ───────────  ───────────  ───────────────────────────────────────────',
      '005930  KRX    trade  09:30:00–09:42:00  12 min 00 s  missing      the connection broke',
      '005930  KRX    trade  13:00:00–13:00:02          2 s  unavailable  no broker tells trades of that day any more',
      '',
      'a column: 10 min, KST',
      '                 09h   10h   11h   12h   13h   14h   15h',
      '005930 KRX trade ···▓░···················x···············',
      '· whole  ░ ▒ ▓ missing: up to a third, two, more  ~ being filled  x unavailable',
      '',
      `2026-11-02: 12 min 00 s missing, of 2 series together in ${db}.`,
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  it('says that nothing is missing, also where something cannot be had any more', async () => {
    await fill(collected('000660', '15:30:05'));
    const whole = await typed(['gaps', '--db', db, '--day', day], { now: evening });
    expect([whole.exitCode, whole.stdout]).toEqual([0, `2026-11-02: nothing is missing of 1 series in ${db}.\n`]);
    const named = await typed(['gaps', '--db', db, '--symbols', '999999', '--day', day], { now: evening });
    expect([named.exitCode, named.stdout]).toEqual([1, expect.stringContaining('nothing is known')]);
    const before = await typed(['gaps', '--db', db, '--day', day, '--venue', 'KRX'], { now: at('08:55') });
    expect([before.exitCode, before.stdout]).toEqual([0, expect.stringContaining('no session has begun')]);
  });

  it('shows a gap that lasts up to now, and nothing of what comes', async () => {
    await fill(collected('005930', '10:29:50', [{ id: 'a', from: '10:00', to: null }]));
    const { stdout } = await typed(['gaps', '--db', db], { now: at('10:30') });
    expect(stdout).toContain('10:00:00–10:30:00  30 min 00 s  missing, open  the connection broke');
    expect(stdout).toContain('005930 KRX trade ······▓▓▓\n');
  });

  it('draws a column a day of several', async () => {
    await fill(twoGaps);
    const words = ['gaps', '--db', db, '--from', '2026-10-30', '--to', '2026-11-03', '--symbols', '005930'];
    const { stdout } = await typed(words, { now: at('18:00') + 86_400_000 });
    expect(stdout).toContain('11-02 09:30:00–09:42:00  12 min 00 s  missing');
    const map = ['a column: 1 day, from 2026-10-30 to 2026-11-03', '005930 KRX trade ▓░▓'];
    expect(stdout).toContain(`\n\n${map.join('\n')}\n`);
  });

  it('has colours on a terminal that wants them', async () => {
    await fill(twoGaps);
    const on = { now: evening, tty: true };
    expect((await typed(['gaps', '--db', db], on)).stdout).toContain('\u001b[31m▓\u001b[39m');
    expect((await typed(['gaps', '--db', db], { ...on, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b[3');
  });

  it('is JSON for programs', async () => {
    await fill(twoGaps, giveUp);
    const { exitCode, stdout } = await typed(['gaps', '--db', db, '--json'], { now: evening });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ ok: false, from: day, to: day, series: 1, missingMs: 720_000, requestedMs: 0, more: 0 },
      gaps: [
        { symbol: '005930', kind: 'trade', fromMs: at('09:30'), toMs: at('09:42'), state: 'missing' },
        { state: 'unavailable', reason: 'no broker tells trades of that day any more' },
      ],
    });
  });
});

describe('hub coverage', () => {
  it('tells how much of each session is here, the worst first, and all of it together', async () => {
    await fill(collected('000660', '15:30:05'), twoGaps, giveUp);
    const { exitCode, stdout } = await typed(['coverage', '--db', db, '--day', day], { now: evening });
    expect(stdout.split('\n')).toEqual([
      'symbol  venue  kind   present  empty  missing  being filled  unavailable           of',
      '──────  ─────  ─────  ───────  ─────  ───────  ────────────  ───────────  ───────────',
      '005930  KRX    trade   96.9 %      –    3.1 %             –        0.1 %   6 h 31 min',
      '000660  KRX    trade    100 %      –        –             –            –   6 h 31 min',
      '──────  ─────  ─────  ───────  ─────  ───────  ────────────  ───────────  ───────────',
      'total                  98.5 %      –    1.5 %             –        0.1 %  13 h 02 min',
      `2026-11-02: 1 of 2 series in ${db} are whole.`,
      '',
    ]);
    expect(exitCode).toBe(1);
  });

  it('is whole when nothing is missing', async () => {
    await fill(collected('000660', '15:30:05'));
    const { exitCode, stdout } = await typed(['coverage', '--db', db, '--json'], { now: evening });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      series: 1,
      whole: 1,
      shares: [{ symbol: '000660' }],
      more: 0,
    });
  });
});

describe('a file that another process has', () => {
  let store: Store;
  const env = () => ({ REDIS_URL: redisUrls().main, REDIS_URL_GATEKEEPER: redisUrls().gatekeeper });
  beforeEach(async () => {
    await fill(twoGaps);
    store = await openStore({ path: db, clock: () => evening });
  });
  afterEach(() => store.close());

  it('is asked for through its writer, with the same answers', async () => {
    const service = await startService({ redisUrl: env().REDIS_URL, store: { store, id: storeIdOf(db) } });
    try {
      const asked = await typed(['gaps', '--db', db], { now: evening, env: env() });
      expect(asked).toMatchObject({ exitCode: 1, stderr: `${db} is written by pid ${process.pid}; asking it\n` });
      const byId = await typed(['gaps', '--store', storeIdOf(db), '--day', day, '--json'], {
        now: evening,
        env: env(),
      });
      expect(JSON.parse(byId.stdout)).toMatchObject({ missingMs: 722_000, gaps: [{ fromMs: at('09:30') }, {}] });
      const shares = await typed(['coverage', '--db', db, '--json'], { now: evening, env: env() });
      expect(JSON.parse(shares.stdout)).toMatchObject({ byState: { missing: 722_000 } });
      await service.close();
      await store.close();
      const direct = await typed(['gaps', '--db', db], { now: evening });
      expect(asked.stdout).toBe(direct.stdout);
    } finally {
      await service.close();
    }
  });

  it('without a writer is refused with who has it', async () => {
    const { exitCode, stderr } = await typed(['gaps', '--db', db], { now: evening, env: env() });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^HUB_STORE_LOCKED .* → /)]);
    const keyless = await typed(['gaps', '--db', db], { now: evening });
    expect([keyless.exitCode, keyless.stderr]).toEqual([1, expect.stringMatching(/^HUB_STORE_LOCKED/)]);
  });
});

describe('what nobody can answer', () => {
  it.each([
    ['no file and no Redis', ['gaps'], 2, /^HUB_CONFIG redis\.main \(REDIS_URL\) is missing → Name the file with --db/],
    ['an unknown option', ['coverage', '--dya', day], 2, /^HUB_USAGE unknown option --dya/],
    [
      'no such file',
      ['gaps', '--db', '/nowhere/x.duckdb'],
      2,
      /^HUB_USAGE --db \/nowhere\/x\.duckdb: there is no such/,
    ],
  ] as const)('%s', async (_name, words, exitCode, line) => {
    const told = await typed(words, { now: evening });
    expect([told.exitCode, told.stdout, told.stderr]).toEqual([exitCode, '', expect.stringMatching(line)]);
  });

  it('a store without a writer', async () => {
    const env = { REDIS_URL: redisUrls().main };
    const { exitCode, stderr } = await typed(['gaps', '--store', 'nobody'], { now: evening, env });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^HUB_WRITER_AWAY No writer of store nobody/)]);
  });
});

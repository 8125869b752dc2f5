import { createHub } from '@hub/client';
import { describe, expect, it } from 'vitest';

import { collected, openMarket, symbols } from '../support/collected.js';
import { openStage, type RunningHub, type Stage } from '../support/stage.js';

const feeds = ['collect', '--symbols', symbols.join(','), '--kinds', 'trade,book', '--json'];
const args = [...feeds, '--db', 'market.duckdb'];

/** It has told of some hundred events, and of their commits. */
const underway = (collecting: RunningHub): Promise<void> =>
  collecting.said(/"event":"progress","received":\d{3,},"written":[1-9]\d\d/);

const serveWriter = async (stage: Stage, db: string): Promise<RunningHub> => {
  const keyless = { HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '' };
  const writer = stage.start(['serve', '--only', 'writer', '--db', db, '--json'], { env: keyless });
  await writer.said(/"event":"ready"/);
  return writer;
};

/** A collector that publishes to the writer of `market.duckdb`, which has gone meanwhile. */
const collectingForNobody = async (stage: Stage): Promise<RunningHub> => {
  const writer = await serveWriter(stage, 'market.duckdb');
  const collecting = stage.start(feeds);
  await underway(collecting);
  writer.child.kill('SIGTERM');
  await writer.ended;
  return collecting;
};

const numberIn = (json: Record<string, unknown>, name: string): number => Number(json[name]);

describe('hub collect', () => {
  it('writes an unbroken chain of trades, and loses nothing that it announced when it is stopped', async () => {
    await using stage = await openMarket();
    const collecting = stage.start(args);
    await underway(collecting);
    collecting.child.kill('SIGTERM');
    const { exitCode, stdout, stderr, json } = await collecting.ended;
    expect(exitCode, stderr).toBe(143);
    expect(json).toMatchObject({ ok: true, refused: 0, written: json.received });
    const announced = [...stdout.matchAll(/"event":"progress","received":(\d+)/g)].map(([, text]) => Number(text));
    expect(numberIn(json, 'written')).toBeGreaterThanOrEqual(Math.max(...announced));
    const { rows, gaps, unexcused } = await collected(stage.db);
    expect(rows).toBe(json.written);
    expect({ gaps, unexcused }).toEqual({ gaps: [], unexcused: [] });
  });

  it('that is killed and started again has each row once, and a gap from the last row until it is live', async () => {
    await using stage = await openMarket();
    // Another process holds the socket, or its lease would have to end first.
    await using holder = createHub({}, { env: stage.env });
    const wanted = symbols.flatMap((symbol) => [{ kind: 'trade', symbol } as const, { kind: 'book', symbol } as const]);
    const subscription = await holder.realtime.subscribe(wanted, () => undefined);
    await subscription.ready;
    const killed = stage.start(args);
    await underway(killed);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    const before = await collected(stage.db);
    expect(before).toMatchObject({ gaps: [], unexcused: [] });

    const again = stage.start(args);
    await underway(again);
    again.child.kill('SIGINT');
    const { exitCode, stderr } = await again.ended;
    expect(exitCode, stderr).toBe(130);
    const after = await collected(stage.db);
    expect(after.unexcused).toEqual([]);
    expect(after.gaps.map(({ kind, symbol, cause }) => `${cause} ${kind} ${symbol}`).sort()).toEqual(
      ['book', 'trade'].flatMap((kind) => ['000660', '005930'].map((symbol) => `not-collected ${kind} ${symbol}`)),
    );
    for (const { kind, symbol, sinceMs, untilMs } of after.gaps) {
      const times =
        (kind === 'trade' ? after.ticks : after.books).get(symbol)?.map(({ receivedMs }) => receivedMs) ?? [];
      const until = untilMs ?? Infinity;
      expect(times.filter((ms) => ms > sinceMs && ms < until)).toEqual([]);
      // Nothing of the gap is too much: it begins with a row.
      expect(times).toContain(sinceMs);
      expect(Math.max(...times)).toBeGreaterThan(until);
    }
    const volumes = after.ticks.get('005930')?.map(({ dayVolume }) => dayVolume) ?? [];
    expect(new Set(volumes).size).toBe(volumes.length);
    expect(volumes.length).toBeGreaterThan(before.ticks.get('005930')?.length ?? 0);
  });

  it('publishes to a writer elsewhere, without a file, also while that is replaced; Ctrl-C waits for what is on its way', async () => {
    await using stage = await openMarket();
    const collecting = await collectingForNobody(stage);
    const writer = await serveWriter(stage, 'market.duckdb');
    collecting.child.kill('SIGINT');
    const { exitCode, stderr, json } = await collecting.ended;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toMatch(/store [\da-f]{12} is written by pid \d+ on \S+; publishing to it/);
    expect(stderr).toContain('stopping: what was received is written; Ctrl-C again to stop at once');
    expect(stderr).toMatch(/[\d,]+ events received, [\d,]+ events written: [\d,]+ trades and [\d,]+ books new, 0 gaps/);
    expect(json).toMatchObject({ ok: true, refused: 0, written: json.received });
    writer.child.kill('SIGTERM');
    await writer.ended;
    const { rows, gaps, unexcused } = await collected(stage.db);
    expect(rows).toBe(json.written);
    expect({ gaps, unexcused }).toEqual({ gaps: [], unexcused: [] });
  });

  it('says at the end that nobody has written what it published; the next writer does', async () => {
    await using stage = await openMarket();
    const collecting = await collectingForNobody(stage);
    await collecting.said(/"event":"progress"[^\n]*\n[^\n]*"event":"progress"[^\n]*\n$/);
    collecting.child.kill('SIGINT');
    const { exitCode, stderr, json } = await collecting.ended;
    expect(exitCode, stderr).toBe(1);
    expect(json).toMatchObject({ ok: false, code: 'HUB_COLLECT_INCOMPLETE', refused: 0 });
    expect(numberIn(json, 'received')).toBeGreaterThan(numberIn(json, 'written'));

    const writer = await serveWriter(stage, 'market.duckdb');
    const later = await stage.run([...feeds, '--for', '1s']);
    expect(later.json).toMatchObject({ ok: true, written: later.json.received });
    writer.child.kill('SIGTERM');
    await writer.ended;
    const { rows, gaps, unexcused } = await collected(stage.db);
    expect(unexcused).toEqual([]);
    expect(gaps.map(({ cause }) => cause)).toEqual(gaps.map(() => 'not-collected'));
    expect(rows - gaps.length).toBe(numberIn(json, 'received') + numberIn(later.json, 'received'));
  });

  it('takes the store that --store names, and ends by itself after --for', async () => {
    await using stage = await openMarket();
    const nobody = await stage.run(feeds);
    expect(nobody).toMatchObject({ exitCode: 1, json: { ok: false, code: 'HUB_WRITER_AWAY' } });
    await Promise.all([serveWriter(stage, 'market.duckdb'), serveWriter(stage, 'other.duckdb')]);
    const unclear = await stage.run(feeds);
    expect(unclear).toMatchObject({ exitCode: 2, json: { ok: false, code: 'HUB_USAGE' } });
    const ids = String(unclear.json.message).match(/\b[\da-f]{12}\b/g) ?? [];
    expect(ids).toHaveLength(2);
    const unknown = await stage.run([...feeds, '--store', '0'.repeat(12)]);
    expect(unknown.json).toMatchObject({ ok: false, code: 'HUB_WRITER_AWAY' });
    const { exitCode, stdout, stderr, json } = await stage.run([...feeds, '--store', ids[1] ?? '', '--for', '3s']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(`"store":"${ids[1] ?? ''}"`);
    expect(json).toMatchObject({ ok: true, written: json.received });
    expect(numberIn(json, 'written')).toBeGreaterThan(0);
    expect(stderr).not.toContain('stopping');
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

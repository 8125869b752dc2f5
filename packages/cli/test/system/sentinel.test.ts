import { openStore, type NewGap, type NewTick } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { openStage, type Stage } from '../support/stage.js';

const day = '2026-11-06';
const openMs = Date.parse(`${day}T09:00:00+09:00`);
const share = { symbol: '005930', venue: 'KRX' } as const;

/** A minute of trades, one a second, in which a feed had a gap of ten seconds that another feed has told; and a gap of books. */
const fill = async ({ db }: Stage): Promise<void> => {
  await using store = await openStore({ path: db });
  const ticks = Array.from({ length: 60 }, (_each, second): NewTick => {
    const atMs = openMs + second * 1_000;
    return {
      ...{ ...share, day, dayVolume: second + 1, atMs, receivedMs: atMs + 100, price: 71_000, size: 1 },
      ...{ dayValue: null, side: null, ask: null, bid: null },
    };
  });
  const gap = (kind: 'trade' | 'book'): NewGap => ({
    ...{ id: kind, kind, ...share, cause: 'disconnect', missing: null },
    ...{ sinceMs: openMs + 20_000, untilMs: openMs + 30_000 },
  });
  const provenance = {
    broker: 'kis',
    source: 'WS_KIS',
    keyId: null,
    receivedAtMs: openMs,
    normaliserVersion: 1,
  } as const;
  await store.writeFeed({ batchId: 'a', provenance, ticks, books: [], gaps: [gap('trade'), gap('book')] });
};

const holesIn = async ({ db }: Stage): Promise<number> => {
  await using store = await openStore({ path: db });
  return (await store.holes()).length;
};

const keyless = { HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '' };

describe('hub sentinel', () => {
  it('closes holes of a store that another process writes, without keys and without a call where none is needed', async () => {
    await using stage = await openStage();
    await fill(stage);
    expect(await holesIn(stage)).toBe(2);
    const writer = stage.start(['serve', '--only', 'writer', '--no-sentinel', '--db', stage.db, '--json'], {
      env: keyless,
    });
    await writer.said(/"event":"ready"/);
    const watching = stage.start(['sentinel', '--json'], { env: keyless });
    await watching.said(/"event":"hole-ended"[^\n]*"by":"present"/);
    await watching.said(/"event":"hole-ended"[^\n]*no broker tells the order books of the past/);
    watching.child.kill('SIGTERM');
    const { exitCode, stderr } = await watching.ended;
    expect(exitCode, stderr).toBe(143);
    expect(stderr).toMatch(/store [\da-f]{12} is written by pid \d+ on \S+; watching it/);
    writer.child.kill('SIGTERM');
    await writer.ended;
    expect(await holesIn(stage)).toBe(0);
    expect(stage.sim.journal().calls).toBe(0);
  });

  it('is part of `hub serve`, which says what it does in words', async () => {
    await using stage = await openStage();
    await fill(stage);
    const serving = stage.start(['serve', '--only', 'writer', '--db', stage.db, '--verbose'], { env: keyless });
    await serving.said(/005930 KRX books of 2026-11-06, 09:00:20 to 09:00:30: lost, no broker tells/);
    await serving.said(
      /005930 KRX trades of 2026-11-06, 09:00:20 to 09:00:30: nothing is missing, another feed has told it/,
    );
    serving.child.kill('SIGTERM');
    await serving.ended;
    expect(await holesIn(stage)).toBe(0);
  });

  it('says what is wrong before it begins', async () => {
    await using stage = await openStage();
    const both = await stage.run(['sentinel', '--db', stage.db, '--store', 'x', '--json']);
    expect(both).toMatchObject({ exitCode: 2, json: { ok: false, code: 'HUB_USAGE' } });
    const nobody = await stage.run(['sentinel', '--json']);
    expect(nobody).toMatchObject({ exitCode: 1, json: { ok: false, code: 'HUB_WRITER_AWAY' } });
    const env = { HUB_ALERT_WEBHOOK: 'http://hooks.example.com/secret-path' };
    const hook = await stage.run(['sentinel', '--db', stage.db, '--json'], { env });
    expect(hook.json).toMatchObject({ ok: false, code: 'HUB_CONFIG' });
    expect(JSON.stringify(hook)).not.toContain('secret-path');
  });
});

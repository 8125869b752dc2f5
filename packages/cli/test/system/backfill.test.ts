import { describe, expect, it } from 'vitest';

import { backfillArgs, openStage } from '../support/stage.js';

const request = { symbols: ['005930', '000660'], from: '2026-11-02', to: '2026-11-03' };

describe('hub backfill', () => {
  it('stores the minute bars of the broker, and fetches nothing the second time', async () => {
    await using stage = await openStage();
    const first = await stage.run(backfillArgs(request, '--json'));
    expect(first.exitCode, first.stderr).toBe(0);
    const truth = stage.truth(request);
    expect(first.json).toMatchObject({
      ok: true,
      windows: 4,
      failed: [],
      rows: truth.length,
      inserted: truth.length,
      updated: 0,
      calls: 16,
      plannedCalls: 16,
      coveredDays: 0,
    });
    expect(first.json.lastCommitAtMs).toBeGreaterThan(Number(first.json.firstPermitAtMs));
    expect(await stage.stored('1m')).toEqual(truth);

    const { calls, tokenIssues } = stage.sim.journal();
    const second = await stage.run(backfillArgs(request));
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stdout).toBe('Nothing to fetch: all of it (2 days of 2 symbols) is in market.duckdb.\n');
    expect(stage.sim.journal()).toMatchObject({ calls, tokenIssues, breaches: 0 });
    expect(await stage.stored('1m')).toEqual(truth);
  });

  it('stores daily bars, and prints a table for people', async () => {
    await using stage = await openStage();
    const { exitCode, stdout, stderr } = await stage.run(backfillArgs(request, '--interval', '1d'));
    expect(exitCode, stderr).toBe(0);
    expect(await stage.stored('1d')).toEqual(stage.truth({ ...request, interval: '1d' }));
    expect(stdout.split('\n')).toEqual([
      'symbol  days  rows  calls',
      '──────  ────  ────  ─────',
      '005930     2     2      1',
      '000660     2     2      1',
      '──────  ────  ────  ─────',
      'total            4      2',
      expect.stringMatching(/^2 windows stored in market\.duckdb: 4 rows \(4 new\), 2 calls in /),
      '',
    ]);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('spends no call in a dry run', async () => {
    await using stage = await openStage();
    const { exitCode, stdout, json } = await stage.run(backfillArgs(request, '--dry-run'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('total         4     16');
    expect(json).toEqual({});
    const machine = await stage.run(backfillArgs(request, '--dry-run', '--json'));
    expect(machine.json).toMatchObject({ ok: true, windows: 4, plannedCalls: 16, calls: 0, rows: 0 });
    expect(stage.sim.journal()).toMatchObject({ calls: 0, tokenIssues: { kis: 0 }, entries: [] });
    expect(await stage.stored('1m')).toEqual([]);
  });

  it('starts a private pair of Redis servers for a simulator', async () => {
    await using stage = await openStage();
    const env = { REDIS_URL: '', REDIS_URL_GATEKEEPER: '' };
    const { exitCode, stderr } = await stage.run(backfillArgs(request), { env });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('starting two private servers');
    expect(await stage.stored('1m')).toEqual(stage.truth(request));
  });

  it('publishes to the process that has the file, and takes its place when that dies', async () => {
    await using stage = await openStage({ limit: { perSecond: 18 } });
    const wide = { symbols: ['005930', '000660'], from: '2026-10-26', to: '2026-11-06' };
    const env = { HUB_KIS_PER_SECOND: '18' };
    const writer = stage.start(['serve', '--only', 'writer', '--db', 'market.duckdb', '--json'], { env });
    await writer.said(/"event":"ready","roles":\["writer"\]/);
    const backfill = stage.start(backfillArgs(wide, '--json'), { env });
    await backfill.said(/publishing to it/);
    await expect.poll(() => stage.sim.journal().calls, { timeout: 30_000 }).toBeGreaterThan(20);
    writer.child.kill('SIGKILL');
    const { exitCode, stderr, json } = await backfill.ended;
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('this process takes its place');
    expect(json).toMatchObject({ ok: true, windows: 20 });
    expect(stage.sim.journal().breaches).toBe(0);
    expect(await stage.stored('1m')).toEqual(stage.truth(wide));
  });
});

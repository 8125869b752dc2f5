import { describe, expect, it } from 'vitest';

import { backfillArgs, openStage, type RunningHub, type Stage } from '../support/stage.js';

const request = { symbols: ['005930', '000660', '035420'], from: '2026-10-26', to: '2026-11-06' };
const slow = { env: { HUB_KIS_PER_SECOND: '18' } };

/** A backfill with some windows stored and many to come. */
const halfway = async (stage: Stage): Promise<RunningHub> => {
  const backfill = stage.start(backfillArgs(request, '--json'), slow);
  await expect.poll(() => stage.sim.journal().calls, { timeout: 30_000, interval: 20 }).toBeGreaterThan(30);
  return backfill;
};

const expectCompletion = async (stage: Stage): Promise<void> => {
  const { exitCode, stderr, json } = await stage.run(backfillArgs(request, '--json'), slow);
  expect(exitCode, stderr).toBe(0);
  expect(json.ok).toBe(true);
  expect(await stage.stored('1m')).toEqual(stage.truth(request));
  expect(stage.sim.journal()).toMatchObject({ breaches: 0, tokenIssues: { kis: 1 } });
};

describe('stopping a backfill', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s drains, exits with %i, and the next run completes', async (signal, code) => {
    await using stage = await openStage({ limit: { perSecond: 18 } });
    const backfill = await halfway(stage);
    backfill.child.kill(signal);
    const { exitCode, stderr, json } = await backfill.ended;
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toMatch(/stopping: what is not done yet \(\d+ windows\) is put back; Ctrl-C again to stop at once/);
    expect(json).toMatchObject({ ok: false, code: 'HUB_INTERRUPTED', failed: [] });
    await expectCompletion(stage);
  });

  it('a second Ctrl-C stops at once, and nothing is lost', async () => {
    await using stage = await openStage({ limit: { perSecond: 18 } });
    const backfill = await halfway(stage);
    backfill.child.kill('SIGINT');
    await backfill.said(/stopping:/);
    backfill.child.kill('SIGINT');
    expect((await backfill.ended).exitCode).toBe(130);
    await expectCompletion(stage);
  });

  it('ends while it waits for Redis to start', async () => {
    await using stage = await openStage();
    const none = { REDIS_URL: '', REDIS_URL_GATEKEEPER: '' };
    const backfill = stage.start(backfillArgs(request), { env: none });
    await backfill.said(/starting two private servers/);
    backfill.child.kill('SIGINT');
    const { exitCode, stderr } = await backfill.ended;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toContain('HUB_INTERRUPTED');
  });

  it('of its writer, for longer than the heartbeat: the backfill waits, and ends well', async () => {
    await using stage = await openStage({ limit: { perSecond: 18 } });
    const writer = stage.start(['serve', '--only', 'writer', '--db', 'market.duckdb']);
    await writer.said(/ready/);
    const backfill = await halfway(stage);
    writer.child.kill('SIGSTOP');
    await backfill.said(/gives no sign of life, but holds the file; waiting for it/);
    writer.child.kill('SIGCONT');
    const { exitCode, stderr, json } = await backfill.ended;
    expect(exitCode, stderr).toBe(0);
    expect(json).toMatchObject({ ok: true, windows: 30, failed: [] });
    writer.child.kill('SIGTERM');
    await writer.ended;
    await expectCompletion(stage);
  });
});

import { describe, expect, it } from 'vitest';

import { backfillArgs, openStage } from '../support/stage.js';

const request = { symbols: ['005930', '000660'], from: '2026-11-02', to: '2026-11-03' };
const args = (...more: readonly string[]): string[] => {
  const [command = '', ...rest] = backfillArgs(request, ...more);
  return [command, 'plan', ...rest];
};

describe('hub backfill plan', () => {
  it('is stored without a call, is done by `apply --wait`, and tells true figures', async () => {
    await using stage = await openStage();
    const made = await stage.run(args('--share', '0.7', '--json'));
    expect(made.exitCode, made.stderr).toBe(0);
    const { id } = made.json as { readonly id: string };
    expect(made.json).toMatchObject({ ok: true, state: 'planned', share: 0.7, windows: { total: 4, waiting: 4 } });
    expect(made.json).toMatchObject({ calls: { predicted: 16, made: 0 }, keys: { kis: [expect.any(String)] } });
    expect(stage.sim.journal()).toMatchObject({ calls: 0, tokenIssues: { kis: 0 } });
    const again = await stage.run(args('--json'));
    expect(again.json).toMatchObject({ id, share: 1 });

    const applied = await stage.run(['backfill', 'apply', id, '--wait', '--json']);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(applied.json).toMatchObject({ state: 'done', windows: { done: 4, failed: 0, waiting: 0 }, leftMs: 0 });
    const truth = stage.truth(request);
    expect(applied.json).toMatchObject({ rows: truth.length, calls: { made: 16, predictedDone: 16 } });
    expect(await stage.stored('1m')).toEqual(truth);

    const status = await stage.run(['backfill', 'status']);
    expect(status.stdout).toMatch(new RegExp(`${id} +done +4 +0 +0 +0 +16 +16 `));
    const machine = await stage.run(['backfill', 'status', '--json']);
    expect(machine.json).toMatchObject({ ok: true, plans: [{ id, state: 'done' }] });
    expect(stage.sim.journal()).toMatchObject({ calls: 16, breaches: 0 });
  });

  it('refuses what it does not know, by name', async () => {
    await using stage = await openStage();
    const share = await stage.run(args('--share', '7', '--json'));
    expect(share.json).toMatchObject({ ok: false, code: 'HUB_USAGE' });
    const unknown = await stage.run(['backfill', 'pause', 'feedface', '--json']);
    expect(unknown.json).toMatchObject({ ok: false, code: 'HUB_PLAN_UNKNOWN' });
    const none = await stage.run(['backfill', 'apply', '--json']);
    expect(none.json).toMatchObject({ ok: false, code: 'HUB_USAGE' });
    const option = await stage.run(['backfill', 'status', '--wat', '--json']);
    expect(option.json).toMatchObject({ ok: false, code: 'HUB_USAGE' });
    expect(stage.sim.journal().calls).toBe(0);
  });
});

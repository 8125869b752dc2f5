import { keyIdOf } from '@hub/client';
import { openLedger } from '@hub/client/ledger';
import { expect, it } from 'vitest';

import { canary, openStage, type Stage } from '../support/stage.js';

const account = `kis:real:${keyIdOf(canary.appKey)}`;
const keyless = { HUB_MODE: 'service', HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '' };

/** Somebody spends one permit and is refused, in another process's words. */
const refused = async (stage: Stage, told?: number): Promise<void> => {
  const { ledger, close } = openLedger({ url: stage.env.REDIS_URL_GATEKEEPER ?? '' });
  const permit = await ledger.acquire({
    account,
    budgets: [{ name: 'total', limit: 100, windowMs: 1_000 }],
    ...{ leaseMs: 1_000, priority: 'interactive' },
    signal: AbortSignal.timeout(30_000),
  });
  permit.refused('total', told);
  permit.cancel();
  await expect.poll(async () => (await ledger.snapshot(account)).budgets[0]?.learned).toBeDefined();
  await close();
};

it('shows an account that was never used, and makes no call', async () => {
  await using stage = await openStage();
  const { exitCode, stdout, stderr } = await stage.run(['quota'], { env: { HUB_KIS_PER_SECOND: '' } });
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`kis real, key ${keyIdOf(canary.appKey)}\n`);
  expect(stdout).toContain('KIS 18/s published 2026-04-20 (observed); in use 18/s\n');
  expect(stdout + stderr).not.toContain(canary.appKey);
  expect(stage.sim.journal().entries).toEqual([]);
});

it('says what the broker taught somebody else, in words and as JSON', async () => {
  await using stage = await openStage();
  await refused(stage, 14);
  const { stdout } = await stage.run(['quota']);
  expect(stdout).toMatch(
    /KIS 100\/s by a setting; learned 14\/s: the broker named it \d+(\.\d)? s ago; in use 14\/s\n/,
  );
  const { json } = await stage.run(['quota', '--json']);
  expect(json).toMatchObject({
    accounts: [
      { account, budgets: [{ name: 'total', configured: 100, inUse: 14, learned: { limit: 14, why: 'told' } }] },
    ],
  });
});

it('looks again every second until Ctrl-C', async () => {
  await using stage = await openStage();
  const running = stage.start(['quota', '--watch', '--json']);
  await running.said(/(\{"accounts".*\n){3}/);
  running.child.kill('SIGINT');
  expect((await running.ended).exitCode).toBe(130);
});

it('does not start without the gatekeeper', async () => {
  await using stage = await openStage();
  const away = { REDIS_URL_GATEKEEPER: 'redis://127.0.0.1:1' };
  const { exitCode, stderr } = await stage.run(['quota', '--watch'], { env: away });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^HUB_REDIS_UNREACHABLE The gatekeeper Redis .* → Start it, or mend REDIS_URL_GATEKEEPER\.\n$/,
  );
});

it('needs no keys where the gatekeeper is known, and says what is missing where it is not', async () => {
  await using stage = await openStage();
  expect((await stage.run(['quota'], { env: keyless })).stdout).toBe('no account has been used within a day\n');
  await refused(stage);
  const { exitCode, stdout } = await stage.run(['quota'], { env: keyless });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('KIS 100/s by a setting; learned 85/s: the broker refused');
  const without = await stage.run(['quota'], { env: { ...keyless, REDIS_URL_GATEKEEPER: '' } });
  expect(without.exitCode).toBe(2);
  expect(without.stderr).toMatch(/^HUB_CONFIG Settings: redis\.gatekeeper .* is missing.* → Set REDIS_URL_GATEKEEPER/);
});

import { createHub, type CallOptions } from '@hub/client';
import { expect, it } from 'vitest';

import { canary, openStage, type Stage } from '../support/stage.js';

const params = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

/** So many calls of a process. */
const call = async (stage: Stage, times: number, options: CallOptions): Promise<void> => {
  await using hub = createHub({}, { env: stage.env });
  await Promise.all(Array.from({ length: times }, () => hub.kis.call('inquire-price', params, options)));
};

/** The call for the token is one of them. */
const arrivals = ({ sim }: Stage): number => sim.journal().entries.length;

interface Reply {
  readonly spent: readonly { readonly rows: readonly Record<string, unknown>[] }[];
}

it('says who spent how much, and the sums are what reached the broker', async () => {
  await using stage = await openStage({ limit: { perSecond: 20 } });
  const env = { ...stage.env, HUB_KIS_PER_SECOND: '18' };
  const limited = { ...stage, env };
  await Promise.all([
    call(limited, 30, { caller: 'collector', priority: 'realtime' }),
    call(limited, 20, { caller: 'notebook' }),
    call(limited, 10, { caller: 'collector', priority: 'backfill' }),
  ]);
  const { json, exitCode } = await stage.run(['quota', '--by', 'caller', '--since', '10m', '--json']);
  expect(exitCode).toBe(0);
  const [{ rows } = { rows: [] }] = (json as unknown as Reply).spent; // as `hub.quota.spent` gives it
  const calls = Object.fromEntries(
    rows.map(({ caller, priority, granted, givenBack }) => [
      `${String(caller)} ${String(priority)}`,
      Number(granted) - Number(givenBack),
    ]),
  );
  const sum = Object.values(calls).reduce((left, right) => left + right, 0);
  expect(sum).toBe(arrivals(stage));
  expect(calls).toMatchObject({ 'collector realtime': 30, 'notebook interactive': 20, 'collector backfill': 10 });
  const { stdout } = await stage.run(['quota', '--by', 'class']);
  expect(stdout).toMatch(new RegExp(`  the ledger +${String(sum)} +100\\.0 % +\\d+\n`));
  expect(stdout).not.toContain(canary.appKey);
});

it('refuses what it cannot add up by, before anything is opened', async () => {
  await using stage = await openStage();
  const { exitCode, stderr } = await stage.run(['quota', '--by', 'tr'], {
    env: { REDIS_URL_GATEKEEPER: 'redis://127.0.0.1:1' },
  });
  expect(exitCode).toBe(2);
  expect(stderr).toBe('HUB_USAGE --by tr adds up by nothing that is known → Use --by caller or --by class.\n');
});

import { hostname } from 'node:os';

import { defaultSymbols } from '@hub/broker-sim';
import { expect, it } from 'vitest';

import { canary, openStage, type RunningHub, type Stage } from '../support/stage.js';

/** 10:00 of a trading day, and a market that trades a hundred times as fast as usual. */
const start = Date.UTC(2026, 10, 6, 1);
const shares = ['005930', '000660'];

const openMarket = () => {
  const began = performance.now();
  return openStage({
    now: () => start + performance.now() - began,
    symbols: defaultSymbols.map((symbol) => ({ ...symbol, tradesPerMinute: 600, idleShare: 0 })),
    live: { pingMs: 500, releaseMs: 1_000 },
  });
};

interface Key {
  readonly keyId: string;
  readonly state: string;
  readonly holder: string;
  readonly generation: number;
  readonly processes: readonly { readonly process: string }[];
  readonly feeds: readonly { readonly state: string; readonly subscribers: number }[];
}

const keyIn = async (stage: Stage): Promise<Key | undefined> => {
  const { json } = await stage.run(['realtime', 'status', '--json']);
  return (json.pools as { keys: Key[] }[])[0]?.keys[0];
};

const nameOf = ({ child }: RunningHub): string => `${hostname()}:${String(child.pid)}`;

/** Two collectors of the same feeds: the first one holds the session. */
const twoCollectors = async (stage: Stage) => {
  const args = ['collect', '--symbols', shares.join(','), '--db', 'market.duckdb', '--json'];
  const holder = stage.start(args);
  await holder.said(/"event":"progress","received":[1-9]/);
  const other = stage.start(args);
  await other.said(/"event":"progress","received":[1-9]/);
  await expect.poll(async () => (await keyIn(stage))?.processes.length, { timeout: 30_000 }).toBe(2);
  return { holder, other };
};

it('shows who holds a session and lets it go to the one that is named', async () => {
  await using stage = await openMarket();
  const { holder, other } = await twoCollectors(stage);
  expect(await keyIn(stage)).toMatchObject({ state: 'held', holder: nameOf(holder), generation: 1 });
  const told = await stage.run(['realtime', 'status']);
  expect(told.stdout).toContain(`held by ${nameOf(holder)} since`);
  expect(told.stdout).toMatch(/registrations: 2 of 40/);
  expect(told.stdout).toMatch(/trade KRX 005930 +live .* 2\n/);
  const over = await stage.run(['realtime', 'takeover', '--to', nameOf(other), '--reason', 'deploy']);
  expect([over.exitCode, over.stderr]).toEqual([0, '']);
  expect(over.stdout).toContain(`${nameOf(holder)} has let the session go and ${nameOf(other)} holds it now`);
  expect(over.stdout).toMatch(/2 of 2 feeds live again; 2 gaps, the longest \d/);
  expect(await keyIn(stage)).toMatchObject({ state: 'held', holder: nameOf(other), generation: 2 });
  expect((await stage.run(['realtime', 'status'])).stdout).toContain(`handed over by ${nameOf(holder)}`);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 2, maxSockets: 1, bans: 0 });
  expect(over.stdout + told.stdout).not.toContain(canary.appKey);
});

it('says until when a holder that stands still has its lease, and what to type', async () => {
  await using stage = await openMarket();
  const { holder, other } = await twoCollectors(stage);
  holder.child.kill('SIGSTOP');
  const { exitCode, json } = await stage.run(['realtime', 'takeover', '--json']);
  holder.child.kill('SIGCONT');
  expect(exitCode).toBe(1);
  expect(json).toMatchObject({ ok: false, code: 'HUB_TAKEOVER_REFUSED' });
  expect(json.message).toMatch(
    new RegExp(
      `${nameOf(holder)} holds the session and has said nothing for \\d+ s: its lease ends at \\d\\d:\\d\\d:\\d\\d KST, in \\d+ s at most; then ${nameOf(other)} begins by itself; nothing was changed`,
    ),
  );
  expect(json.remedy).toContain(`kill -CONT ${String(holder.child.pid)}`);
  expect(stage.sim.journal().brokers.kis.live).toMatchObject({ connects: 1, maxSockets: 1 });
});

it('says all that is wrong with what was typed before anything is opened', async () => {
  await using stage = await openStage();
  for (const flags of [
    ['--key', 'x'],
    ['--to', 'there'],
    ['--broker', 'nobody'],
    ['--reason', 'x'.repeat(300)],
  ]) {
    const { exitCode, json } = await stage.run(['realtime', 'takeover', ...flags, '--json']);
    expect([exitCode, json.code]).toEqual([2, 'HUB_USAGE']);
  }
  const none = await stage.run(['realtime', 'takeover', '--json']);
  expect(none).toMatchObject({ exitCode: 1, json: { code: 'HUB_TAKEOVER_REFUSED' } });
  expect((await stage.run(['realtime', 'status'])).stdout).toBe(
    'no live feed: nothing is subscribed to, and no process with a key takes part\n',
  );
});

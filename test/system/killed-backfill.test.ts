import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as nextTurn } from 'node:timers/promises';

import { demoKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { startHub, type HubProcess } from '../../bench/src/harness/hub-process.js';
import { compareWithTruth } from '../../bench/src/harness/truth.js';
import { startRedisPair } from '../support/redis.js';

const scope = {
  symbols: ['005930', '000660', '035420'],
  venue: 'KRX',
  interval: '1m',
  from: '2026-11-02',
  to: '2026-11-03',
} as const;
/** 3 symbols × 2 days × 4 pages. */
const callsInAll = 24;

/** A number in [0, 1) from a text: the moments are random, and the same in every run. */
const drawn = (text: string): number => {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
};

/** Resolves when so many calls have arrived at the broker, or when the backfill has ended first. */
const callsArrived = async (sim: BrokerSim, calls: number, backfill: HubProcess): Promise<void> => {
  const over = { ended: false };
  void backfill.ended.then(() => {
    over.ended = true;
  });
  while (!over.ended && sim.journal().calls < calls) await nextTurn(5);
};

describe.each(['writer', 'worker', 'backfill'] as const)('kill -9 of the %s', (victim) => {
  it.concurrent.for([1, 2, 3, 4, 5])(
    'at random moment %i: a second run makes the store equal the truth',
    async (round, { onTestFinished }) => {
      await using redis = await startRedisPair({ blessed: true });
      await using sim = await startBrokerSim({ network: 'jittery', limit: { perSecond: 40 } });
      const folder = await mkdtemp(join(tmpdir(), 'hub-killed-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const db = join(folder, 'market.duckdb');
      const env = {
        REDIS_URL: redis.mainUrl,
        REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
        HUB_KIS_APP_KEY: demoKeys.appKey,
        HUB_KIS_APP_SECRET: demoKeys.appSecret,
        HUB_KIS_BASE_URL: sim.url,
        HUB_KIS_PER_SECOND: '40',
      };
      const hub = (...args: string[]): HubProcess => {
        const child = startHub([...args, '--json'], env, { quiet: true });
        onTestFinished(() => child.stop('SIGKILL'));
        return child;
      };
      const { symbols, venue, interval, from, to } = scope;
      const backfill = (): HubProcess =>
        hub('backfill', '--symbols', symbols.join(','), '--interval', interval, '--from', from, '--to', to, '--db', db);

      const running = {
        writer: hub('serve', '--only', 'writer', '--db', db),
        worker: hub('serve', '--only', 'worker'),
      };
      await Promise.all(
        [running.writer, running.worker].map((service) => service.line(({ event }) => event === 'ready')),
      );
      const first = backfill();
      await callsArrived(sim, 1 + Math.floor(drawn(`${victim} ${String(round)}`) * (callsInAll - 1)), first);
      await { ...running, backfill: first }[victim].stop('SIGKILL');
      await first.ended;

      const second = await backfill().line((line) => 'ok' in line);
      await Promise.all([running.writer.stop(), running.worker.stop()]);

      expect(second).toMatchObject({ ok: true, failed: [] });
      const store = await openStore({ path: db });
      const comparison = await compareWithTruth(store, sim.truth({ ...scope, venue }));
      await store.close();
      expect(comparison).toMatchObject({ rowsExpected: 2_286, rowsStored: 2_286, mismatches: 0, examples: [] });
      expect(sim.journal()).toMatchObject({ breaches: 0, tokenIssues: { kis: 1, refused: 0 } });
    },
  );
});

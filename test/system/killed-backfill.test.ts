import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as nextTurn } from 'node:timers/promises';

import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { openStore } from '@hub/store';
import { describe, it } from 'vitest';

import { startHub, type HubProcess } from '../../bench/src/harness/hub-process.js';
import { compareWithTruth } from '../../bench/src/harness/truth.js';
import { isNightly } from '../support/nightly.js';
import { startRedisPair } from '../support/redis.js';

const scope = {
  symbols: ['005930', '000660', '035420'],
  venue: 'KRX',
  interval: '1m',
  from: '2026-11-02',
  to: '2026-11-03',
} as const;
/** KIS alone: 3 symbols × 2 days × 4 pages. Both brokers: three days of KIS, and a page or two of Kiwoom. */
const callsInAll = { kis: 24, auto: 12 } as const;

const moments = { kis: isNightly ? 5 : 1, auto: isNightly ? 3 : 1 } as const;
const numbers = (count: number): number[] => Array.from({ length: count }, (_each, index) => index + 1);
/** With one broker, and with both. */
const roundsOf = (victim: string): readonly (readonly ['kis' | 'auto', number])[] => [
  ...numbers(moments.kis).map((round) => ['kis', round] as const),
  // In the quick set the worker stands for all: it is the one that calls both.
  ...numbers(isNightly || victim === 'worker' ? moments.auto : 0).map((round) => ['auto', round] as const),
];

/** A number in [0, 1) from a text: the moments are random, and the same in every run. */
const drawn = (text: string): number => {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
};

/**
 * Resolves when so many calls have arrived, and some at every broker that is used, or when the backfill has ended first. A
 * kill in the middle of a token request is a story of its own, see cold-start.test.ts.
 */
const callsArrived = async (
  sim: BrokerSim,
  { calls, broker }: { readonly calls: number; readonly broker: 'kis' | 'auto' },
  backfill: HubProcess,
): Promise<void> => {
  const enough = (): boolean => {
    const { calls: arrived, brokers } = sim.journal();
    return arrived >= calls && (broker === 'kis' || (brokers.kis.calls > 0 && brokers.kiwoom.calls > 0));
  };
  const over = { ended: false };
  void backfill.ended.then(() => {
    over.ended = true;
  });
  while (!over.ended && !enough()) await nextTurn(5);
};

describe.each(['writer', 'worker', 'backfill'] as const)('kill -9 of the %s', (victim) => {
  it.concurrent.for(roundsOf(victim))(
    'with broker %s, at random moment %i: a second run makes the store equal the truth',
    async ([broker, round], { onTestFinished, expect }) => {
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
        HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
        HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
        HUB_KIWOOM_BASE_URL: sim.url,
      };
      const hub = (...args: string[]): HubProcess => {
        const child = startHub([...args, '--json'], env, { quiet: true });
        onTestFinished(() => child.stop('SIGKILL'));
        return child;
      };
      const { symbols, venue, interval, from, to } = scope;
      const backfill = (): HubProcess =>
        hub(
          ...['backfill', '--broker', broker, '--symbols', symbols.join(','), '--interval', interval],
          ...['--from', from, '--to', to, '--db', db],
        );

      const running = {
        writer: hub('serve', '--only', 'writer', '--db', db),
        worker: hub('serve', '--only', 'worker'),
      };
      await Promise.all(
        [running.writer, running.worker].map((service) => service.line(({ event }) => event === 'ready')),
      );
      const first = backfill();
      const calls = 1 + Math.floor(drawn(`${victim} ${broker} ${String(round)}`) * (callsInAll[broker] - 1));
      await callsArrived(sim, { calls, broker }, first);
      await { ...running, backfill: first }[victim].stop('SIGKILL');
      await first.ended;

      const second = await backfill().line((line) => 'ok' in line);
      await Promise.all([running.writer.stop(), running.worker.stop()]);

      expect(second).toMatchObject({ ok: true, failed: [] });
      const store = await openStore({ path: db });
      const comparison = await compareWithTruth(store, sim.truth({ ...scope, venue }));
      await store.close();
      expect(comparison).toMatchObject({ rowsExpected: 2_286, rowsStored: 2_286, mismatches: 0, examples: [] });
      const tokenIssues = { kis: 1, kiwoom: broker === 'auto' ? 1 : 0, refused: 0 };
      expect(sim.journal()).toMatchObject({ breaches: 0, tokenIssues });
    },
  );
});

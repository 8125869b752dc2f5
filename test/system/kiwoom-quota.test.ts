import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { demoKiwoomKeys, startBrokerSim, type LimitSettings } from '@hub/broker-sim';
import { expect, it } from 'vitest';

import { isNightly } from '../support/nightly.js';
import { startRedisPair } from '../support/redis.js';

const processes = 8;
const times = 3;
const perTr = 5;

const runChild = async (env: Record<string, string>): Promise<unknown> => {
  const child = fileURLToPath(new URL('children/kiwoom-caller.mjs', import.meta.url));
  const running = spawn(process.execPath, [child], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(running, 'close');
  return JSON.parse(text);
};

// Nobody knows which window Kiwoom counts by; the sliding one allows least.
const windows: readonly LimitSettings['window'][] = isNightly ? ['sliding', 'calendar', 'bucket'] : ['sliding'];

it.each(windows)('eight processes on three TRs of Kiwoom never exceed the quota of any (%s window)', async (window) => {
  const redis = await startRedisPair({ blessed: true });
  const sim = await startBrokerSim({ network: 'jittery', kiwoom: { limit: { perTr, total: 12, window } } });
  const env = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.mainUrl,
    REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
    HUB_KIWOOM_BASE_URL: sim.url,
    HUB_KIWOOM_APP_KEY: demoKiwoomKeys.appKey,
    HUB_KIWOOM_SECRET_KEY: demoKiwoomKeys.secretKey,
    HUB_KIWOOM_TOTAL_PER_SECOND: '12',
    TIMES: String(times),
  };
  const ended = await Promise.all(Array.from({ length: processes }, () => runChild(env)));
  const { brokers, byTr, tokenIssues } = sim.journal();
  await sim.close();
  await redis.close();
  expect(ended).toEqual(Array(processes).fill({ answered: 3 * times, failed: [] }));
  expect(brokers.kiwoom).toMatchObject({ calls: processes * 3 * times, breaches: 0 });
  expect(brokers.kiwoom.maxInWindow).toBeLessThanOrEqual(perTr);
  expect(byTr).toEqual({ ka10001: 24, ka10003: 24, ka10095: 24 });
  expect(tokenIssues).toMatchObject({ kiwoom: 1, refused: 0 });
});

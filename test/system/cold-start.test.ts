import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { demoKeys, startBrokerSim, type BrokerSim } from '@hub/broker-sim';
import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../support/redis.js';

const child = (name: string): string => fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));

/** Two Redis servers, a simulated broker, and hubs in processes of their own. */
interface Stage extends AsyncDisposable {
  readonly sim: BrokerSim;
  run(name: string, extra?: Readonly<Record<string, string>>): Promise<Ended>;
  /** When token requests arrived at the broker, epoch ms. */
  tokenArrivals(): number[];
}

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly result: { readonly ok: boolean; readonly code?: string } | undefined;
}

const stage = async (tokenMinuteMs: number): Promise<Stage> => {
  const redis = await startRedisPair({ blessed: true });
  const sim = await startBrokerSim({ tokenMinuteMs, limit: { perSecond: 18 } });
  const env = {
    PATH: process.env.PATH ?? '',
    REDIS_URL: redis.mainUrl,
    REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
    HUB_KIS_BASE_URL: sim.url,
    HUB_KIS_APP_KEY: demoKeys.appKey,
    HUB_KIS_APP_SECRET: demoKeys.appSecret,
  };
  return {
    sim,
    run: (name, extra) => runChild(name, { ...env, ...extra }),
    tokenArrivals: () =>
      sim
        .journal()
        .entries.filter(({ path }) => path === '/oauth2/tokenP')
        .map(({ at }) => at),
    [Symbol.asyncDispose]: async () => {
      await sim.close();
      await redis.close();
    },
  };
};

const runChild = async (name: string, env: Record<string, string>): Promise<Ended> => {
  const running = spawn(process.execPath, [child(name)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [, signal] = (await once(running, 'close')) as [number | null, NodeJS.Signals | null];
  return { signal, result: text === '' ? undefined : (JSON.parse(text) as Ended['result']) };
};

describe('a cold start', () => {
  it('of 20 processes at once issues exactly one token', async () => {
    await using hubs = await stage(60_000);
    const ended = await Promise.all(Array.from({ length: 20 }, () => hubs.run('first-token')));
    expect(ended.map(({ result }) => result?.ok)).toEqual(Array.from({ length: 20 }, () => true));
    expect(hubs.tokenArrivals()).toHaveLength(1);
    expect(hubs.sim.journal()).toMatchObject({ calls: 20, breaches: 0, tokenIssues: { kis: 1, refused: 0 } });
  });
});

// At once, because each of them waits for the lock and the cooldown of the dead to end.
describe.concurrent('an issuer that is killed', () => {
  const minuteMs = 2_000;
  const cooldown = { HUB_KIS_TOKEN_COOLDOWN_MS: String(minuteMs + 100) };

  it.each([
    ['before the POST', 'before', 1],
    ['during the POST', 'during', 2],
    ['between the POST and the save', 'after', 2],
  ])('%s leaves the broker’s minute whole, and the others get a token', async (_when, death, arrivals) => {
    await using hubs = await stage(minuteMs);
    const dead = await hubs.run('dying-issuer', { DEATH: death, ...cooldown });
    expect(dead.signal).toBe('SIGKILL');

    const others = await Promise.all(Array.from({ length: 3 }, () => hubs.run('first-token', cooldown)));

    expect(others.map(({ result }) => result?.ok)).toEqual([true, true, true]);
    const times = hubs.tokenArrivals();
    expect(times).toHaveLength(arrivals);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= minuteMs)).toBe(true);
    expect(hubs.sim.journal().tokenIssues.refused).toBe(0);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startBrokerSim } from '@hub/broker-sim';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../support/redis.js';

const hubBin = join(dirname(createRequire(import.meta.url).resolve('@hub/cli/package.json')), 'bin', 'hub.js');
const canary = {
  appKey: 'PScanary-key-00000000000000000000000',
  appSecret: 'canary-secret-'.repeat(13).slice(0, 180),
};
/** Set, and needed by no backfill. */
const account = '7391582601';
const vaultKey = '5e'.repeat(32);

/** Every command that the server sees from now on, as text. */
const monitored = async (url: string): Promise<{ lines: string[]; stop: () => void }> => {
  const client = new Redis(url);
  const monitor = await client.monitor();
  const lines: string[] = [];
  monitor.on('monitor', (_time: string, args: readonly string[]) => lines.push(args.join(' ')));
  return {
    lines,
    stop: () => {
      monitor.disconnect();
      client.disconnect();
    },
  };
};

const everyValue = async (url: string): Promise<string> => {
  const client = new Redis(url);
  const dumps = await Promise.all((await client.keys('*')).map(async (key) => `${key} ${await readAny(client, key)}`));
  client.disconnect();
  return dumps.join('\n');
};

const readAny = async (client: Redis, key: string): Promise<string> => {
  switch (await client.type(key)) {
    case 'string':
      return (await client.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await client.hgetall(key));
    case 'list':
      return (await client.lrange(key, 0, -1)).join(' ');
    case 'zset':
      return (await client.zrange(key, 0, -1)).join(' ');
    case 'set':
      return (await client.smembers(key)).join(' ');
    default:
      return JSON.stringify(await client.xrange(key, '-', '+'));
  }
};

interface Traces {
  /** Everything that the command printed. */
  readonly output: string;
  /** Every Redis command and every Redis value. */
  readonly redis: readonly string[];
  readonly file: string;
  readonly token: string;
  readonly exitCode: number | null;
}

/** One verbose backfill with a failing call in it, and everything that it left behind. */
const tracesOf = async (extra: Readonly<Record<string, string>>): Promise<Traces> => {
  await using redis = await startRedisPair({ blessed: true });
  await using sim = await startBrokerSim({ keys: [canary], limit: { perSecond: 200 }, tokenMinuteMs: 1 });
  sim.faults.add({ kind: 'html', match: { nth: 2 } });
  const folder = await mkdtemp(join(tmpdir(), 'hub-canary-'));
  const db = join(folder, 'market.duckdb');
  const monitors = await Promise.all([redis.mainUrl, redis.gatekeeperUrl].map(monitored));
  const command = ['backfill', '--symbols', '005930', '--from', '2026-11-02', '--to', '2026-11-02', '--db', db];
  const child = spawn(process.execPath, [hubBin, ...command, '--json', '--verbose'], {
    env: {
      PATH: process.env.PATH ?? '',
      REDIS_URL: redis.mainUrl,
      REDIS_URL_GATEKEEPER: redis.gatekeeperUrl,
      HUB_KIS_BASE_URL: sim.url,
      HUB_KIS_APP_KEY: canary.appKey,
      HUB_KIS_APP_SECRET: canary.appSecret,
      HUB_KIS_PER_SECOND: '100',
      HUB_KIS_ACCOUNT: account,
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const values = await Promise.all([redis.mainUrl, redis.gatekeeperUrl].map(everyValue));
  for (const { stop } of monitors) stop();
  // The broker hands out the same token again for six hours: that is how the test learns it.
  const reply = await fetch(`${sim.url}/oauth2/tokenP`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', appkey: canary.appKey, appsecret: canary.appSecret }),
  });
  const { access_token: token = '' } = (await reply.json()) as { access_token?: string };
  const file = await readFile(db, 'latin1');
  await rm(folder, { recursive: true, force: true });
  return {
    output,
    redis: [...monitors.flatMap(({ lines }) => lines), ...values.flatMap((text) => text.split('\n'))],
    file,
    token,
    exitCode,
  };
};

describe('a verbose backfill', () => {
  it('leaves no key, no secret, no account and no token anywhere but in the token record', async () => {
    const { output, redis, file, token, exitCode } = await tracesOf({});
    expect(exitCode).toBe(0);
    expect(redis.length).toBeGreaterThan(50);
    for (const secret of [canary.appKey, canary.appSecret, account.slice(0, 8)]) {
      expect(output).not.toContain(secret);
      expect(file).not.toContain(secret);
      expect(redis.filter((line) => line.includes(secret))).toEqual([]);
    }
    expect(token).toMatch(/^ey/);
    expect(output).not.toContain(token);
    expect(file).not.toContain(token);
    const withToken = redis.filter((line) => line.includes(token));
    expect(withToken.length).toBeGreaterThan(0);
    expect(withToken.filter((line) => !/api:token:\{kis:real:[0-9a-f]{12}\}:rest/.test(line))).toEqual([]);
  });

  it('with HUB_VAULT_KEY leaves no token in Redis at all', async () => {
    const { redis, token, exitCode } = await tracesOf({ HUB_VAULT_KEY: vaultKey });
    expect(exitCode).toBe(0);
    expect(token).toMatch(/^ey/);
    expect(redis.some((line) => line.includes('api:token:{kis:real:'))).toBe(true);
    expect(redis.filter((line) => line.includes(token) || line.includes(vaultKey))).toEqual([]);
  });
});

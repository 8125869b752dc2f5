import { inspect } from 'node:util';

import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';

import { startRedisPair } from '../../../../test/support/redis.js';
import type { HubOptions, Notice } from '../../src/index.js';
import type { Hub } from '../../src/hub/hub.js';
import { portTo } from '../support/world.js';
import { freshKey, openStage, priceOf, type Stage } from '../support/hub.js';
import { http, startRawServer } from '../support/raw-server.js';

const price = priceOf('005930');
const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };

/** Everything that a log line could show of an error. */
const shown = (error: unknown): string =>
  [inspect(error, { depth: 10, showHidden: true }), String(error), JSON.stringify(error)].join('\n');

const failure = async (hub: Hub, endpoint: 'inquire-price' | 'order-cash-buy' = 'inquire-price'): Promise<unknown> =>
  hub.kis.call(endpoint, endpoint === 'inquire-price' ? price : order, { timeoutMs: 400 }).then(
    () => {
      throw new Error('this call was to fail');
    },
    (error: unknown) => error,
  );

/** Sees every command that a server gets. */
const monitor = async (url: string): Promise<Redis> => {
  const redis = new Redis(url);
  const watcher = await redis.monitor();
  redis.disconnect();
  return watcher;
};

/** What a key holds, as text. */
const dump = async (redis: Redis, key: string): Promise<string> => {
  const type = await redis.type(key);
  if (type === 'hash') return `${key} ${JSON.stringify(await redis.hgetall(key))}`;
  if (type === 'set') return `${key} ${(await redis.smembers(key)).join(' ')}`;
  return `${key} ${type === 'zset' ? (await redis.zrange(key, 0, -1)).join(' ') : String(await redis.get(key))}`;
};

/** Hubs whose notices are kept, and a look for secrets in whatever they say. */
const witness = (stage: Stage, secrets: readonly string[]) => {
  const notices: Notice[] = [];
  return {
    hub: (options: HubOptions = {}) =>
      stage.hub({ retries: 1, ...options }, { notify: (notice) => notices.push(notice) }),
    expectClean: (text: string) => {
      const everything = `${text}\n${JSON.stringify(notices)}`;
      for (const secret of secrets) expect(everything).not.toContain(secret);
    },
  };
};

describe('key, secret and token', () => {
  it.each(['reset', '5xx', 'html', 'garble', 'truncate', 'half-open', 'drop'] as const)(
    'are in no error and no notice when the broker answers with %s',
    async (kind) => {
      await using stage = await openStage();
      const { hub, expectClean } = witness(stage, [stage.key.appKey, stage.key.appSecret, 'eyJ']);
      const one = hub();
      await one.kis.call('inquire-price', price);
      stage.sim.faults.add({ kind, match: { path: 'inquire-price' } });
      stage.sim.faults.add({ kind, match: { path: 'order-cash' } });
      expectClean(shown(await failure(one)));
      expectClean(shown(await failure(one, 'order-cash-buy')));
    },
  );

  it.each(['reset', 'html', 'garble', 'truncate', 'half-open'] as const)(
    'are in no error when the token request is answered with %s',
    async (kind) => {
      await using stage = await openStage();
      const { hub, expectClean } = witness(stage, [stage.key.appKey, stage.key.appSecret, 'eyJ']);
      stage.sim.faults.add({ kind, match: { path: 'tokenP' } });
      expectClean(shown(await failure(hub({ retries: 0, timeoutMs: 400 }))));
    },
  );

  it('are in no error when the broker refuses them', async () => {
    await using stage = await openStage();
    const wrong = freshKey();
    const { hub, expectClean } = witness(stage, [wrong.appKey, wrong.appSecret]);
    expectClean(shown(await failure(hub({ kis: wrong }))));
  });

  it.each([
    ['as HTTP', (request: string) => http(request)],
    ['as JSON', (request: string) => http(JSON.stringify({ echo: request }))],
    ['as they came', (request: string) => Buffer.from(request)],
  ])('are in no error when a broken proxy sends them back %s', async (_how, echo) => {
    await using server = await startRawServer((socket, request) => {
      socket.end(echo(request));
    });
    await using stage = await openStage();
    const { hub, expectClean } = witness(stage, [stage.key.appKey, stage.key.appSecret, 'raw-token']);
    const one = hub({ retries: 0, kis: { baseUrl: server.url } });
    expectClean(shown(await failure(one)));
    expectClean(shown(await failure(one, 'order-cash-buy')));
  });

  it.each(['rt_cd', 'return_code'] as const)(
    'are in no error and no answer when the broker itself quotes them (%s)',
    async (field) => {
      await using server = await startRawServer((socket, request) => {
        const msg1 = `bad request: ${request.replaceAll(/\r\n/g, ' ')}`;
        socket.end(http(JSON.stringify({ [field]: '1', msg_cd: 'EGW00101', msg1, return_msg: `[1511:${msg1}]` })));
      });
      await using stage = await openStage();
      const { hub, expectClean } = witness(stage, [stage.key.appKey, stage.key.appSecret, 'raw-token']);
      const error = await failure(hub({ retries: 0, kis: { baseUrl: server.url } }));
      expect(shown(error)).toContain('***');
      expectClean(shown(error));
    },
  );

  it('are in no error when Redis goes away in the middle of a command', async () => {
    await using pair = await startRedisPair({ blessed: true });
    const redis = portTo('main', pair.mainUrl, 5_000);
    await redis.runId();
    await pair.killMain('SIGSTOP');
    const saving = redis.run({ name: 'save', keys: 0, lua: 'return 1' }, [], ['token-canary']);
    const ended = saving.catch((error: unknown) => error);
    await pair.killMain('SIGKILL');
    const error = await ended;
    expect(error).toMatchObject({ code: 'HUB_REDIS_UNREACHABLE' });
    expect(shown(error)).not.toContain('token-canary');
    await redis.close();
  });

  it('are nowhere in Redis but for the token in its record, at rest and on the wire', async () => {
    await using pair = await startRedisPair({ blessed: true });
    await using stage = await openStage();
    const urls = [pair.mainUrl, pair.gatekeeperUrl];
    const watchers = await Promise.all(urls.map(monitor));
    const commands: string[] = [];
    for (const watcher of watchers)
      watcher.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));
    const hub = stage.hub({ redis: { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl } });
    await Promise.all([1, 2, 3].map(() => hub.kis.call('inquire-price', price)));
    const found: string[] = [];
    for (const url of urls) {
      const redis = new Redis(url);
      for (const key of await redis.keys('*')) found.push(await dump(redis, key));
      redis.disconnect();
    }
    for (const watcher of watchers) watcher.disconnect();
    const record = found.filter((line) => line.includes('eyJ'));
    expect(record).toHaveLength(1);
    expect(record[0]).toMatch(/^api:token:\{kis:real:[0-9a-f]{12}\}:rest /);
    expect(commands.length).toBeGreaterThan(5);
    const everything = [...found, ...commands].join('\n');
    expect(everything).not.toContain(stage.key.appKey);
    expect(everything).not.toContain(stage.key.appSecret);
    expect(commands.filter((command) => command.includes('eyJ') && !command.includes('issuedBy'))).toEqual([]);
  });

  it('are not in Redis in clear when there is a vault key, not even on the wire', async () => {
    await using pair = await startRedisPair({ blessed: true });
    await using stage = await openStage();
    const watcher = await monitor(pair.mainUrl);
    const commands: string[] = [];
    watcher.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));
    const redis = { main: pair.mainUrl, gatekeeper: pair.gatekeeperUrl };
    await stage.hub({ redis, vaultKey: 'ab'.repeat(32) }).kis.call('inquire-price', price);
    watcher.disconnect();
    expect(commands.some((command) => command.includes('gcm1.'))).toBe(true);
    expect(commands.join('\n')).not.toContain('eyJ');
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { openStore } from '@hub/store';
import { describe, expect, it } from 'vitest';

import { backfillArgs, canary, openStage } from '../support/stage.js';

const request = { symbols: ['005930'], from: '2026-11-02', to: '2026-11-02' };

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

describe('hub serve', () => {
  it('says when it is ready, serves a backfill, and drains on SIGTERM', async () => {
    await using stage = await openStage();
    const service = stage.start(['serve', '--db', 'market.duckdb', '--json']);
    await service.said(/"event":"ready"/);
    const backfill = await stage.run(backfillArgs(request, '--json'));
    expect(backfill.exitCode, backfill.stderr).toBe(0);
    expect(backfill.json).toMatchObject({ ok: true, windows: 1 });
    service.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await service.ended;
    expect(exitCode, stderr).toBe(143);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      event: 'ready',
      roles: ['worker', 'writer'],
      pid: service.child.pid,
    });
    expect(stderr).toContain('stopping:');
    expect(await stage.stored('1m')).toEqual(stage.truth(request));
  });

  it('needs no keys to write', async () => {
    await using stage = await openStage();
    const env = { HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '', REDIS_URL_GATEKEEPER: '' };
    const service = stage.start(['serve', '--only', 'writer', '--db', 'market.duckdb'], { env });
    await service.said(/ready: writer of market\.duckdb/);
    service.child.kill('SIGINT');
    expect((await service.ended).exitCode).toBe(130);
  });

  it('lists what is wrong with its command line', async () => {
    await using stage = await openStage();
    const { exitCode, stderr } = await stage.run(['serve', '--only', 'reader', '--concurrency', '0', '--fast']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^HUB_USAGE unknown option --fast; --only reader is unknown.*; --concurrency 0 .* → .*\n$/);
  });
});

describe('hub doctor', () => {
  it('finds what is there, without a secret, and makes no call', async () => {
    await using stage = await openStage();
    await stage.run(backfillArgs(request));
    const { calls } = stage.sim.journal();
    const { exitCode, stdout, stderr, json } = await stage.run(['doctor', '--db', 'market.duckdb', '--json']);
    expect(exitCode, stderr).toBe(0);
    const findings = json.findings as { check: string; level: string; message: string }[];
    expect(findings.map(({ check, level }) => `${level} ${check}`)).toEqual([
      'ok settings',
      'ok broker',
      'ok redis main',
      'warning redis main', // private servers keep nothing on disk
      'ok redis gatekeeper',
      'ok token',
      expect.stringContaining('redis-server'),
      'ok store',
    ]);
    expect(findings.find(({ check }) => check === 'token')?.message).toMatch(
      /^kis: good until .* KST, issued .* ago by /,
    );
    expect(stdout + stderr).not.toContain(canary.appKey);
    expect(stdout + stderr).not.toContain(canary.appSecret);
    expect(stage.sim.journal().calls).toBe(calls);
  });

  it('tells every problem with its remedy and exits with 1', async () => {
    await using stage = await openStage();
    const env = { HUB_KIS_APP_SECRET: '', REDIS_URL: 'redis://127.0.0.1:1' };
    const { exitCode, stdout } = await stage.run(['doctor'], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/PROBLEM +settings +kis\.appSecret \(HUB_KIS_APP_SECRET\) is missing → /);
    expect(stdout).toMatch(/PROBLEM +redis main +HUB_REDIS_UNREACHABLE .* → /);
    expect(stdout).toMatch(/\n2 problems, \d warnings?\.\n$/);
  });

  it('of a machine without keys says whether somebody takes its calls, and asks for no key', async () => {
    await using stage = await openStage();
    const keyless = { HUB_MODE: 'service', HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '', REDIS_URL_GATEKEEPER: '' };
    const deserted = await stage.run(['doctor'], { env: keyless });
    expect(deserted.exitCode).toBe(0);
    expect(deserted.stdout).toMatch(/warning +service +kis: nobody takes calls → Start `hub serve`/);
    const worker = stage.start(['serve', '--only', 'worker']);
    await worker.said(/ready/);
    const served = await stage.run(['doctor'], { env: keyless });
    expect(served.stdout).toMatch(/ok +service +kis: a RestApiWorker takes calls/);
    expect(served.stdout).not.toContain('PROBLEM');
    const withKey = await stage.run(['doctor'], { env: { HUB_MODE: 'service' } });
    expect(withKey.exitCode).toBe(1);
    expect(withKey.stdout).toMatch(/PROBLEM +settings +kis\.appKey \(HUB_KIS_APP_KEY\) is set/);
    const backfill = await stage.run(backfillArgs(request), { env: { HUB_MODE: 'service' } });
    expect(backfill).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('HUB_MODE=service is set') });
  });

  it('warns of two URLs that lead to one server', async () => {
    await using stage = await openStage();
    const { exitCode, stdout } = await stage.run(['doctor'], { env: { REDIS_URL_GATEKEEPER: stage.env.REDIS_URL } });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('both URLs lead to the same server');
  });
});

describe('hub sim', () => {
  it('prints lines that make a backfill run, with Redis servers of its own', async () => {
    await using stage = await openStage();
    const none = { REDIS_URL: '', REDIS_URL_GATEKEEPER: '' };
    const sim = stage.start(['sim', '--limit', '100', '--token-minute-ms', '200'], { env: none });
    await sim.said(/npx hub backfill/);
    sim.child.kill('SIGINT');
    const { exitCode, stdout } = await sim.ended;
    expect(exitCode).toBe(130);
    const names = [...stdout.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name]) => name);
    expect(names).toEqual([
      'HUB_KIS_BASE_URL',
      'HUB_KIS_APP_KEY',
      'HUB_KIS_APP_SECRET',
      'HUB_KIWOOM_BASE_URL',
      'HUB_KIWOOM_APP_KEY',
      'HUB_KIWOOM_SECRET_KEY',
      'HUB_KIS_PER_SECOND',
      'HUB_KIS_TOKEN_COOLDOWN_MS',
      'REDIS_URL',
      'REDIS_URL_GATEKEEPER',
    ]);
  });

  it('has live feeds at any hour, by a clock of its own', async () => {
    await using stage = await openStage();
    const sim = stage.start(['sim', '--clock', '2026-11-27T10:00', '--token-minute-ms', '200', '--json', '--no-redis']);
    await sim.said(/"event":"ready".*\n/);
    await sim.said(/Its clock began at 2026-11-27T10:00/);
    const ready = JSON.parse(sim.stdout().split('\n')[0] ?? '') as { url: string; appKey: string; appSecret: string };
    const env = {
      HUB_KIS_BASE_URL: ready.url,
      HUB_KIS_APP_KEY: ready.appKey,
      HUB_KIS_APP_SECRET: ready.appSecret,
      HUB_KIS_TOKEN_COOLDOWN_MS: '1200',
    };
    const collecting = stage.start(['collect', '--symbols', '005930', '--db', 'market.duckdb', '--json'], { env });
    await collecting.said(/"event":"progress","received":[1-9]/);
    collecting.child.kill('SIGINT');
    await collecting.ended;
    await using store = await openStore({ path: stage.db });
    let friday = 0;
    for await (const tick of store.ticks({ symbol: '005930', venue: 'KRX', day: '2026-11-27' }))
      friday += Math.sign(tick.size);
    expect(friday).toBeGreaterThan(0);
  });

  it('answers at its URL', async () => {
    await using stage = await openStage();
    const port = await freePort();
    const sim = stage.start(['sim', '--json', '--no-redis', '--port', String(port)]);
    await sim.said(/"event":"ready"/);
    const health = await fetch(`http://127.0.0.1:${String(port)}/sim/health`);
    expect(await health.json()).toMatchObject({ ok: true });
  });

  it('passes on what the simulator refuses', async () => {
    await using stage = await openStage();
    const { exitCode, stderr } = await stage.run(['sim', '--network', 'slow', '--port', '70000']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^HUB_USAGE network: .*; port: .* → /);
    const noTime = await stage.run(['sim', '--clock', 'noon']);
    expect(noTime).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('clock: give a day') });
  });

  it('says so when its port is taken', async () => {
    await using stage = await openStage();
    const { exitCode, stderr } = await stage.run(['sim', '--no-redis', '--port', String(stage.sim.port)]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^HUB_PORT_TAKEN Port \d+ is in use → /);
  });
});

describe('hub redis', () => {
  it('prints where its servers are and leaves them at the end', async () => {
    await using stage = await openStage();
    const redis = stage.start(['redis']);
    await redis.said(/Ctrl-C ends them/);
    redis.child.kill('SIGINT');
    const { exitCode, stdout } = await redis.ended;
    expect(exitCode).toBe(130);
    expect(stdout).toMatch(
      /^export REDIS_URL=unix:\S+main\.sock\nexport REDIS_URL_GATEKEEPER=unix:\S+gatekeeper\.sock\n$/,
    );
  });
});

describe('hub', () => {
  it.each([
    [['backfil'], 2, /^HUB_USAGE unknown command 'backfil' \(Did you mean backfill\?\) → `hub --help`/],
    [['redis', '--fast'], 2, /^HUB_USAGE unknown option --fast → `hub redis --help`/],
    [['backfill', '--symbols'], 2, /^HUB_USAGE option '--symbols <list>' argument missing → /],
  ])('%j is refused in one line', async (args, code, line) => {
    await using stage = await openStage();
    const { exitCode, stdout, stderr } = await stage.run(args);
    expect(exitCode).toBe(code);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
    expect(stderr.trim()).not.toContain('\n');
  });

  it.each([[['--version']], [['--help']], [[]], [['backfill', '--help']]])('%j is answered on stdout', async (args) => {
    await using stage = await openStage();
    const { exitCode, stdout, stderr } = await stage.run(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).not.toBe('');
  });
});

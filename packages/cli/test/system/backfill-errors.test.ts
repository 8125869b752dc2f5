import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from 'vitest';

import { backfillArgs, canary, openStage, type Ended, type Stage } from '../support/stage.js';

const request = { symbols: ['005930'], from: '2026-11-02', to: '2026-11-02' };
const earlier = { symbols: ['005930'], from: '2026-10-30', to: '2026-10-30' };

/** One line on stderr with code and remedy, the same as JSON, the exit code, no secret. */
const expectFailure = (ended: Ended, expected: { code: string; exitCode: number; message: RegExp }): void => {
  const { exitCode, stdout, stderr, json } = ended;
  expect(exitCode, stderr).toBe(expected.exitCode);
  const lines = stderr.split('\n').filter((line) => line.startsWith('HUB_'));
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^${expected.code} .+ → .+`))]);
  expect(lines[0]).toMatch(expected.message);
  expect(json).toMatchObject({ ok: false, code: expected.code, message: expect.stringMatching(expected.message) });
  expect(String(json.remedy)).not.toBe('');
  expect(stdout + stderr).not.toContain(canary.appKey);
  expect(stdout + stderr).not.toContain(canary.appSecret);
};

/** The store can be opened and holds what it held before. */
const expectIntact = async (stage: Stage): Promise<void> => {
  expect(await stage.stored('1m')).toEqual(stage.truth(earlier));
};

const withHistory = async (...options: Parameters<typeof openStage>): Promise<Stage> => {
  const stage = await openStage(...options);
  const { exitCode, stderr } = await stage.run(backfillArgs(earlier));
  expect(exitCode, stderr).toBe(0);
  return stage;
};

describe('hub backfill ends with one line and leaves the store intact', () => {
  it('for a wrong app key', async () => {
    await using stage = await withHistory();
    const env = { HUB_KIS_APP_KEY: 'PSwrongWrongWrongWrongWrongWrong0001' };
    const ended = await stage.run(backfillArgs(request, '--json'), { env });
    expectFailure(ended, { code: 'HUB_TOKEN_REFUSED', exitCode: 1, message: /EGW00103 .*AppKey.*\(app key invalid\)/ });
    expect(ended.stdout + ended.stderr).not.toContain(env.HUB_KIS_APP_KEY);
    await expectIntact(stage);
  });

  it.each(['REDIS_URL', 'REDIS_URL_GATEKEEPER'])('for a Redis that does not answer at %s', async (name) => {
    await using stage = await withHistory();
    const ended = await stage.run(backfillArgs(request, '--json'), {
      env: { [name]: 'redis://u:canaryPassword@127.0.0.1:1' },
    });
    expectFailure(ended, { code: 'HUB_REDIS_UNREACHABLE', exitCode: 1, message: /127\.0\.0\.1:1\) cannot be reached/ });
    expect(ended.stdout + ended.stderr).not.toContain('canaryPassword');
    await expectIntact(stage);
  });

  it('for a file that another process holds', async () => {
    await using stage = await withHistory();
    const store = pathToFileURL(createRequire(import.meta.url).resolve('@hub/store')).href;
    const program = `const { openStore } = await import(${JSON.stringify(store)});
      await openStore({ path: 'market.duckdb' }); console.log('held'); setInterval(() => {}, 60_000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: stage.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    try {
      const ended = await stage.run(backfillArgs(request, '--json'));
      const message = new RegExp(`market.duckdb is held by process ${String(holder.pid)}`);
      expectFailure(ended, { code: 'HUB_STORE_LOCKED', exitCode: 1, message });
      expect(ended.json.remedy).toContain(`Stop pid ${String(holder.pid)}`);
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
    await expectIntact(stage);
  });

  it('for a full disk, and goes on where it stopped when there is room again', async () => {
    await using stage = await openStage();
    const wide = { symbols: ['005930', '000660', '035420'], from: '2026-10-26', to: '2026-11-06' };
    const ended = await stage.run(backfillArgs(wide, '--json'), { before: 'ulimit -f 1000;' }); // blocks of 512 bytes in sh
    expectFailure(ended, { code: 'HUB_STORE_FULL', exitCode: 1, message: /no space is left/ });
    const truth = stage.truth(wide);
    const true1m = new Set(truth.map((row) => JSON.stringify(row)));
    const stored = await stage.stored('1m');
    expect(stored.filter((row) => !true1m.has(JSON.stringify(row)))).toEqual([]);

    const again = await stage.run(backfillArgs(wide, '--json'));
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await stage.stored('1m')).toEqual(truth);
  });

  it('for HTML in place of JSON', async () => {
    await using stage = await withHistory();
    stage.sim.faults.add({ kind: 'html' });
    const ended = await stage.run(backfillArgs(request, '--json'));
    expectFailure(ended, { code: 'HUB_ANSWER_UNREADABLE', exitCode: 1, message: /HTML/ });
    await expectIntact(stage);
  });

  it('for a symbol that the broker does not know, with the others stored', async () => {
    await using stage = await openStage();
    const ended = await stage.run(backfillArgs({ ...request, symbols: ['005930', '999999'] }, '--json'));
    expectFailure(ended, { code: 'HUB_SYMBOL_UNKNOWN', exitCode: 1, message: /999999: .*1 of 2 windows failed/ });
    expect(ended.json).toMatchObject({ windows: 1, failed: [{ code: 'HUB_SYMBOL_UNKNOWN' }] });
    expect(await stage.stored('1m')).toEqual(stage.truth(request));
  });

  it.each([
    ['--from after --to', { from: '2026-11-06' }, {}, 'HUB_RANGE', /from 2026-11-06 is after to 2026-11-02/],
    [
      'a day before the calendar',
      { from: '2020-11-02' },
      {},
      'HUB_RANGE',
      /2020-11-02: the trading calendar does not know this day/,
    ],
    [
      'a real host without Redis URLs',
      {},
      { HUB_KIS_BASE_URL: '', REDIS_URL: '', REDIS_URL_GATEKEEPER: '' },
      'HUB_CONFIG',
      /REDIS_URL.* is missing/,
    ],
  ])('for %s, before anything is opened', async (_name, change, env, code, message) => {
    await using stage = await withHistory();
    const { calls } = stage.sim.journal();
    const ended = await stage.run(backfillArgs({ ...request, ...change }, '--json'), { env });
    expectFailure(ended, { code, exitCode: 2, message });
    expect(stage.sim.journal().calls).toBe(calls);
    await expectIntact(stage);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { demoKeys, startBrokerSim } from '@hub/broker-sim';
import { startPrivateRedis } from '@hub/cli/redis';
import { openStore } from '@hub/store';
import { expect, onTestFinished, test } from 'vitest';

import { runProgram } from '../../src/command/program.js';
import { Screen } from '../../src/terminal/screen.js';

const kst = (text: string): number => Date.parse(`${text}+09:00`);

/** Commands in this process, on a broker that is simulated, at an hour of their own. */
const open = async (at: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'hub-cli-calendar-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const redis = await startPrivateRedis({ isolated: true });
  onTestFinished(() => redis.close());
  const key = { appKey: randomUUID(), appSecret: demoKeys.appSecret };
  const sim = await startBrokerSim({ network: 'none', keys: [key] });
  onTestFinished(() => sim.close());
  const env = {
    ...{ REDIS_URL: redis.mainUrl, REDIS_URL_GATEKEEPER: redis.gatekeeperUrl, HUB_KIS_BASE_URL: sim.url },
    ...{ HUB_KIS_APP_KEY: key.appKey, HUB_KIS_APP_SECRET: key.appSecret },
  };
  const stop = new AbortController();
  const run = async (words: readonly string[], more: Record<string, string> = {}) => {
    const said: string[] = [];
    const sink = { write: (text: string) => said.push(text) };
    const json = words.includes('--json');
    const screen = new Screen({ stdout: sink, stderr: sink, json, verbose: true, env: {}, secrets: [] });
    const context = { screen, env: { ...env, ...more }, stop: stop.signal, now: () => kst(at) };
    const exitCode = await runProgram(words, context);
    return { exitCode, text: said.join('') };
  };
  return { folder, db: join(folder, 'market.duckdb'), sim, run };
};

test('hub calendar refresh asks once a day; hub calendar shows who told what, and who disagrees', async () => {
  const { folder, db, sim, run } = await open('2026-12-20T12:00:00');
  expect((await run(['calendar', 'refresh', '--db', db])).text).toMatch(/KIS told 12 days/); // to the end of its year
  expect((await run(['calendar', 'refresh', '--db', db])).text).toMatch(
    /KIS was asked today already, and told 12 days/,
  );
  expect(sim.journal().byTr).toMatchObject({ CTCA0903R: 1 });

  const own = join(folder, 'calendar.json');
  await writeFile(own, '[{ "day": "2026-12-24", "venue": "KRX", "state": "closed", "reason": "strike" }]');
  const range = ['--from', '2026-12-24', '--to', '2027-01-04', '--venue', 'KRX', '--db', db];
  const { text } = await run(['calendar', ...range, '--calendar', own]);
  expect(text).toMatch(/2026-12-24 +Thu +KRX +closed +– +strike +\S+calendar.json +≠/);
  expect(text).toMatch(/2026-12-25 +Fri +KRX +closed +– +Christmas +CTCA0903R/);
  expect(text).toMatch(/2026-12-28 +Mon +KRX +open +09:00-15:30 +CTCA0903R/);
  expect(text).toMatch(/2027-01-04 +Mon +KRX +unknown +– +nobody/);
  expect(text).toMatch(
    /calendar: 2026-12-24 at KRX counts as closed, by \S+; open, by CTCA0903R; open 09:00-15:30, by built-in/,
  );

  const { text: json } = await run(['calendar', '--from', '2026-12-28', '--to', '2026-12-28', '--json']);
  expect(JSON.parse(json)).toMatchObject({
    days: [{ venue: 'KRX', source: 'CTCA0903R' }, { venue: 'NXT' }, { venue: 'UN' }],
  });
  expect(sim.journal().calls).toBe(1);
});

test('hub collect opens nothing on a day that nobody knows, and no call is made for it', async () => {
  const { db, sim, run } = await open('2027-01-04T09:10:00');
  const words = ['collect', '--symbols', '005930', '--db', db, '--for', '1s'];
  await expect(run(words)).rejects.toMatchObject({ code: 'HUB_RANGE', message: expect.stringContaining('2027-01-04') });
  expect(sim.journal()).toMatchObject({ calls: 0, tokenIssues: { kis: 0 } });
  const own = join(db, '..', 'calendar.json');
  await writeFile(own, '[{ "day": "2027-01-04", "state": "open", "reason": "KRX says so" }]');
  expect(await run(words, { HUB_CALENDAR_FILE: own })).toMatchObject({ exitCode: 0 });
});

test('hub backfill makes no call for a range with a day that nobody knows, and none for one that the file has closed', async () => {
  const { folder, db, sim, run } = await open('2027-01-06T12:00:00');
  const range = ['--symbols', '005930', '--interval', '1d', '--db', db];
  const unknown = run(['backfill', ...range, '--from', '2026-12-30', '--to', '2027-01-05']);
  await expect(unknown).rejects.toMatchObject({ code: expect.stringMatching(/^HUB_RANGE$/) });
  const own = join(folder, 'calendar.json');
  await writeFile(own, '[{ "day": "2026-11-05", "state": "closed", "reason": "outage" }]');
  const day = ['--from', '2026-11-05', '--to', '2026-11-05', '--calendar', own];
  const { text } = await run(['backfill', ...range, ...day]);
  expect(text).toMatch(/calendar: 2026-11-05 counts as closed|calendar: 2026-11-05 at/);
  expect(text).toMatch(/Nothing to fetch/);
  expect(sim.journal()).toMatchObject({ calls: 0, tokenIssues: { kis: 0 } });
  await using store = await openStore({ path: db });
  expect(await store.coverage()).toEqual([]);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { checkBackfill } from '../../../src/command/backfill-request.js';
import { chooseCalendar, disagreementLine, type OwnCalendar } from '../../../src/command/calendar-file.js';
import { checkCalendar } from '../../../src/command/calendar.js';
import { checkCollect } from '../../../src/command/collect-request.js';
import { checkServe } from '../../../src/command/serve.js';

const fileOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-calendar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'calendar.json');
  writeFileSync(path, text);
  return path;
};

const chosen = (...args: Parameters<typeof chooseCalendar>): OwnCalendar => {
  const own = chooseCalendar(...args);
  if ('code' in own) throw new Error(own.message);
  return own;
};

it('without a file the calendar of the package counts; a day that it does not know counts as one with trading', () => {
  const { isTradingDay, overrides, disagreements } = chosen(undefined, {});
  const days = ['2026-11-06', '2026-12-25', '2031-12-25'];
  expect(days.map((day) => isTradingDay('KRX', day))).toEqual([true, false, true]);
  expect([...overrides, ...disagreements]).toEqual([]);
});

it('the file of the flag counts before that of the environment, and its days before those of the package', () => {
  const path = fileOf('[{ "day": "2026-12-25", "venue": "KRX", "state": "open", "reason": "x" }]');
  const { isTradingDay, disagreements } = chosen(path, { HUB_CALENDAR_FILE: '/nowhere.json' });
  expect([isTradingDay('KRX', '2026-12-25'), isTradingDay('NXT', '2026-12-25')]).toEqual([true, false]);
  expect(disagreements.map(disagreementLine)).toEqual([
    `calendar: 2026-12-25 at KRX counts as open 09:00-15:30, by ${path}; closed, by built-in (read 2026-11-23)`,
  ]);
});

it('a flawed file is refused by every command that reads one, before anything is opened', () => {
  const env = {
    REDIS_URL: 'redis://a',
    REDIS_URL_GATEKEEPER: 'redis://b',
    HUB_KIS_APP_KEY: 'k',
    HUB_KIS_APP_SECRET: 's',
  };
  const calendar = fileOf('[{ "day": "2026-02-30", "state": "closed", "reason": "x" }]');
  const range = { symbols: '005930', from: '2026-11-02', to: '2026-11-06', db: 'market.duckdb', venue: 'KRX' };
  const now = Date.UTC(2026, 10, 23);
  for (const check of [
    () => checkServe({ db: 'market.duckdb', calendar }, [], env),
    () => checkCollect({ symbols: '005930', kinds: 'trade', venue: 'KRX', calendar }, [], env),
    () => checkBackfill({ ...range, interval: '1m', calendar }, [], env, now),
    () => checkCalendar({}, { HUB_CALENDAR_FILE: calendar }, now),
  ]) {
    expect(check).toThrow(
      expect.objectContaining({
        code: 'HUB_CALENDAR_INVALID',
        message: expect.stringContaining('line 1: day is no day'),
      }),
    );
  }
});

it('hub calendar shows two weeks from today unless told otherwise; every flaw of its flags is named', () => {
  const now = Date.parse('2026-12-24T23:00:00Z'); // the 25th in Korea
  expect(checkCalendar({}, {}, now)).toMatchObject({
    fromDay: '2026-12-25',
    toDay: '2027-01-07',
    venues: ['KRX', 'NXT', 'UN'],
  });
  expect(() => checkCalendar({ from: '2026-02-30', venue: 'NYSE' }, {}, now)).toThrow(
    /--from 2026-02-30.*--venue NYSE/,
  );
  expect(() => checkCalendar({ from: '2026-12-02', to: '2026-12-01' }, {}, now)).toThrow(/is after --to/);
});

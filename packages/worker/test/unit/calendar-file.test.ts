import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { readCalendarFile } from '../../src/calendar/file.js';
import { daysOfAnswer } from '../../src/calendar/shared.js';

const fileOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-calendar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'calendar.json');
  writeFileSync(path, text);
  return path;
};

test('days of one venue or of all, with hours by the Korean clock or without', () => {
  const path = fileOf(`[
    { "day": "2027-01-04", "venue": "KRX", "state": "open", "open": "10:00", "close": "15:30", "reason": "first day" },
    { "day": "2027-01-01", "state": "closed", "reason": "New Year" }
  ]`);
  const closed = { day: '2027-01-01', state: 'closed', openMs: null, closeMs: null, source: path, reason: 'New Year' };
  expect(readCalendarFile(path)).toEqual([
    {
      ...{ venue: 'KRX', day: '2027-01-04', state: 'open', source: path, reason: 'first day' },
      ...{ openMs: Date.parse('2027-01-04T01:00:00Z'), closeMs: Date.parse('2027-01-04T06:30:00Z') },
    },
    ...(['KRX', 'NXT', 'UN'] as const).map((venue) => ({ ...closed, venue })),
  ]);
  expect(readCalendarFile(fileOf('\uFEFF[]\n'))).toEqual([]);
});

const day = '"day": "2027-01-04"';
test.each([
  ['broken JSON', `[\n  { ${day},\n    "state" }\n]`, /line 3: is no JSON/],
  ['cut JSON', `[\n  { ${day},\n`, /is no JSON/],
  ['no list', '{}', /line 1: is no list/],
  ['a word', '["2027-01-04"]', /entry 1: /],
  ['no such day', `[\n\n{ "day": "2027-02-30", "state": "closed", "reason": "x" }]`, /line 3: day is no day/],
  ['no day', '[{ "state": "closed", "reason": "x" }]', /line 1: day is missing/],
  ['no such venue', `[{ ${day}, "venue": "NASDAQ", "state": "closed", "reason": "x" }]`, /line 1: venue is unknown/],
  ['no such state', `[{ ${day}, "state": "half", "reason": "x" }]`, /line 1: state is unknown/],
  [
    'no such time',
    `[{ ${day}, "state": "open", "open": "9:00", "close": "25:00", "reason": "x" }]`,
    /open is no time.*close is no time/,
  ],
  ['one hour', `[{ ${day}, "state": "open", "open": "09:00", "reason": "x" }]`, /line 1: close is missing/],
  [
    'hours turned around',
    `[{ ${day}, "state": "open", "open": "15:30", "close": "09:00", "reason": "x" }]`,
    /line 1: close is not after/,
  ],
  [
    'hours of a closed day',
    `[{ ${day}, "state": "closed", "open": "09:00", "reason": "x" }]`,
    /line 1: open stands at a closed day/,
  ],
  ['no reason', `[{ ${day}, "state": "closed" }]`, /line 1: reason is missing/],
  ['an unknown field', `[{ ${day}, "state": "closed", "reason": "x", "hours": [1] }]`, /line 1: hours is unknown/],
  [
    'twice',
    `[{ ${day}, "state": "closed", "reason": "{" },\n{ ${day}, "venue": "NXT", "state": "open", "reason": "x" }]`,
    /line 2: day 2027-01-04 of NXT stands at line 1 already/,
  ],
])('refused by line and field: %s', (_name, text, message) => {
  const path = fileOf(text);
  expect(() => readCalendarFile(path)).toThrow(
    expect.objectContaining({
      code: 'HUB_CALENDAR_INVALID',
      exitCode: 2,
      path,
      message: expect.stringMatching(message),
    }),
  );
});

test('all flaws are told at once; a file that is not there is one', () => {
  const path = fileOf('[{ "day": "x", "state": "x", "reason": "x" },\n{ "day": "y", "state": "open", "reason": "" }]');
  expect(() => readCalendarFile(path)).toThrow(
    expect.objectContaining({ flaws: expect.objectContaining({ length: 4 }) }),
  );
  expect(() => readCalendarFile(`${path}.none`)).toThrow(/cannot be read \(ENOENT\)/);
});

test('rows of chk-holiday go by opnd_yn; what is no row is told as such', () => {
  const row = (bass_dt: string, opnd_yn: string) => ({
    bass_dt,
    wday_dvsn_cd: '07',
    bzdy_yn: 'N',
    tr_day_yn: 'Y',
    opnd_yn,
    sttl_day_yn: 'N',
  });
  expect(daysOfAnswer([row('20261128', 'N'), row('20261130', 'Y')])).toEqual([
    ['2026-11-28', 'closed'],
    ['2026-11-30', 'open'],
  ]);
  for (const output of [undefined, {}, [], [row('20261131', 'Y')], [row('2026', 'Y')], [row('20261128', '')]]) {
    expect(daysOfAnswer(output)).toBeUndefined();
  }
});

// Writes the tables of docs/guide/scale.md: what a year of minute bars of the whole KRX takes, computed by the planner itself.
// Needs the built packages. `--check` writes nothing and fails when the page is out of date.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarDays } from '../packages/store/dist/calendar/index.js';
import { etaMs } from '../packages/worker/dist/backfill/eta.js';
import { planWindows } from '../packages/worker/dist/job/plan.js';
import { callsByBrokerOf, packWindow } from '../packages/worker/dist/queue/plan-payload.js';
import { writeGenerated } from './generated.mjs';
import { root } from './root.mjs';

const page = join(root, 'docs/guide/scale.md');

/** A year of trading days that KIS still keeps at `now`. The date is fixed, so that the page does not change every day. */
const [from, to, now] = ['2025-11-28', '2026-11-27', Date.parse('2026-11-27T18:00:00+09:00')];
const symbols = Array.from({ length: 2_700 }, (_each, index) => String(100_000 + index));
/** Of one key: KIS all calls together, Kiwoom one operation. */
const perSecond = { kis: 18, kiwoom: 5 };
/** Minutes of a full day of KRX. Shares that trade seldom have fewer. */
const rowsPerDay = 381;
/** Measured by `npm run check:plan -- --symbols 27 --days 25 --rate 60` on 2026-11-28: the page tells how. */
const measured = JSON.parse(readFileSync(join(root, 'tools/scale-measured.json'), 'utf8'));

const everythingMissing = {
  calendar: (query) => Promise.resolve(calendarDays(query)),
  missingDaysBySymbol: ({ symbols: asked, days }) => Promise.resolve(new Map(asked.map((symbol) => [symbol, days]))),
};

const planFor = async (keys, brokers) => {
  const rates = { kis: perSecond.kis * keys, kiwoom: perSecond.kiwoom * keys };
  const wanted = { symbols, venue: 'KRX', interval: '1m', from, to };
  const request = brokers.length === 2 ? { ...wanted, broker: 'auto', rates } : { ...wanted, broker: brokers[0] };
  const effects = { store: everythingMissing, storeId: 'scale', now: () => now };
  const plan = await planWindows(request, effects);
  const calls = callsByBrokerOf(plan.windows);
  const pace = Object.fromEntries(brokers.map((broker) => [broker, { perSecond: rates[broker], keys: [] }]));
  return { plan, calls, hours: (share) => etaMs(calls, scaled(pace, share)) / 3_600_000 };
};

const scaled = (pace, share) =>
  Object.fromEntries(
    Object.entries(pace).map(([broker, each]) => [
      broker,
      // Kiwoom's limit is one of the operation, which a share of the account does not narrow.
      { ...each, perSecond: broker === 'kis' ? each.perSecond * share : each.perSecond },
    ]),
  );

const count = (value) => Math.round(value).toLocaleString('en-US');
const inMegabytes = (bytes) => `${count(bytes / 1e6)} MB`;
const inGigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
const row = (...cells) => `| ${cells.join(' | ')} |`;

const lines = [
  row('brokers', 'keys each', 'windows', 'calls of KIS', 'calls of Kiwoom', 'hours', 'hours at 70 %', 'plan in Redis'),
  row('---', '--:', '--:', '--:', '--:', '--:', '--:', '--:'),
];
let facts;
for (const [name, brokers] of [
  ['KIS', ['kis']],
  ['Kiwoom', ['kiwoom']],
  ['both', ['kis', 'kiwoom']],
]) {
  for (const keys of [1, 2, 4]) {
    const { plan, calls, hours } = await planFor(keys, brokers);
    facts ??= plan;
    const packed = plan.windows.reduce((sum, window) => sum + packWindow(window).length, 0);
    const stored = Math.max(packed, plan.windows.length * measured.redisBytesPerWindow);
    lines.push(
      row(
        ...[name, keys, count(plan.windows.length), count(calls.kis), count(calls.kiwoom)],
        ...[hours(1).toFixed(1), hours(0.7).toFixed(1), inMegabytes(stored)],
      ),
    );
  }
}
const days = facts.tradingDays / symbols.length;
const rows = facts.tradingDays * rowsPerDay;
const summary = [
  `${count(symbols.length)} symbols × ${count(days)} trading days (${from} … ${to}) × ${rowsPerDay} minutes are ${count(rows)} bars:`,
  `${inGigabytes(rows * measured.duckDbBytesPerRow)} in DuckDB at ${measured.duckDbBytesPerRow.toFixed(1)} bytes a bar. Shares that trade seldom have fewer.`,
].join('\n');

const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- computed by tools/scale-plan.mjs -->', '<!-- end -->'];
const before = text.slice(0, text.indexOf(begin) + begin.length);
const after = text.slice(text.indexOf(end));
writeGenerated([[page, `${before}\n\n${summary}\n\n${lines.join('\n')}\n\n${after}`]]);

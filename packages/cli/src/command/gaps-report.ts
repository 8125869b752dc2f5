import type { KnownSeries, KnownSession, KnownStretch } from '@hub/store';

import { heatMap, type HeatColumn, type HeatRow, type HeatSpan } from '../terminal/heat-map.js';
import { counted, duration } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';

/** The states that `hub gaps` tells of. */
export const gapStates = ['missing', 'requested', 'unavailable', 'expired'] as const;

const causes: Readonly<Record<string, string>> = {
  disconnect: 'the connection broke',
  'holder-lost': 'the process with the session died',
  handover: 'the session changed hands',
  silent: 'the feed fell silent',
  volume: 'single trades lost (volume)',
  'slow-consumer': 'the collector was too slow',
  'fan-out': 'lost between processes',
  'not-collected': 'no collector ran',
};

/** What is the matter, and why, in words. */
export const stretchWords = ({ kind, state, cause, reason, lasts }: KnownStretch): readonly [string, string] => {
  if (state === 'requested') return ['being filled', 'somebody has asked for it'];
  if (state === 'expired') return ['expired', reason ?? 'the broker no longer has it'];
  if (state === 'unavailable') return ['unavailable', reason ?? 'no broker has it'];
  const why = cause === null ? (kind === 'candle' ? 'not fetched' : 'nothing is known') : (causes[cause] ?? cause);
  return [lasts ? 'missing, open' : 'missing', why];
};

/** `1m` of candles. */
export const kindWord = ({ kind, interval }: KnownSeries): string => (interval === null ? kind : `candle ${interval}`);

const clock = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19);

/** `09:30:00–09:31:00`, with the day where there are several. KST. */
const timesOf = ({ day, fromMs, toMs }: KnownStretch, severalDays: boolean): string =>
  `${severalDays ? `${day.slice(5)} ` : ''}${clock(fromMs)}–${clock(toMs)}`;

const shown = 40; // --json has the others

/** A line per stretch, the longest list cut with a word on the rest. */
export const gapTable = (stretches: readonly KnownStretch[], total: number): string[] => {
  const severalDays = new Set(stretches.map(({ day }) => day)).size > 1;
  const rows = stretches.slice(0, shown).map((stretch) => {
    const { symbol, venue, fromMs, toMs } = stretch;
    const times = timesOf(stretch, severalDays);
    return [symbol, venue, kindWord(stretch), times, duration(toMs - fromMs), ...stretchWords(stretch)];
  });
  const titles = ['symbol', 'venue', 'kind', 'from–to (KST)', 'length', 'state', 'why'];
  const more = total - rows.length;
  return [
    ...table(
      titles.map((title) => ({ title, ...(title === 'length' ? { align: 'right' as const } : {}) })),
      rows,
    ),
    ...(more > 0
      ? [`… and ${counted(more, 'gap')} more: fewer --symbols or days show them, --json lists up to 5,000`]
      : []),
  ];
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
const widths = [1, 2, 5, 10, 15, 20, 30, 60].map((minutes) => minutes * minuteMs);

const timeOf = (ms: number): number => (ms + 9 * 3_600_000) % dayMs;

interface Columns {
  readonly columns: readonly HeatColumn[];
  readonly caption: string;
}

/** Of one day its time in equal parts; of several days one column each, or as many together as it takes. */
const columnsOf = (sessions: readonly KnownSession[], room: number): Columns => {
  const days = [...new Set(sessions.map(({ day }) => day))];
  if (days.length > 1) {
    const together = Math.ceil(days.length / room);
    const columns = days.flatMap((day, index): HeatColumn[] => {
      if (index % together !== 0) return [];
      const held = days.slice(index, index + together);
      return [{ mark: day.slice(5), spans: hullsOf(sessions.filter((each) => held.includes(each.day))) }];
    });
    const caption = `a column: ${counted(together, 'day')}, from ${days[0] ?? ''} to ${days.at(-1) ?? ''}`;
    return { columns, caption };
  }
  const fromMs = Math.min(...sessions.map((each) => each.fromMs));
  const toMs = Math.max(...sessions.map((each) => each.toMs));
  const width = widths.find((each) => (toMs - fromMs) / each <= room) ?? 60 * minuteMs;
  const columns = Array.from({ length: Math.ceil((toMs - fromMs) / width) }, (_, index) => {
    const startMs = fromMs + index * width;
    const hour = Math.ceil(timeOf(startMs) / (60 * minuteMs)) * 60 * minuteMs;
    const begins = hour - timeOf(startMs) < width;
    const mark = begins ? { mark: `${clock(startMs + hour - timeOf(startMs)).slice(0, 2)}h` } : {};
    return { spans: [{ fromMs: startMs, toMs: startMs + width }], ...mark };
  });
  return { columns, caption: `a column: ${width / minuteMs} min, KST` };
};

/** Sessions of two venues on one day overlap: their common beginning to their common end. */
const hullsOf = (sessions: readonly KnownSession[]): HeatColumn['spans'] =>
  [...new Set(sessions.map(({ day }) => day))].map((day) => {
    const own = sessions.filter((each) => each.day === day);
    const fromMs = Math.min(...own.map((each) => each.fromMs));
    return { fromMs, toMs: Math.max(...own.map((each) => each.toMs)) };
  });

const heats = {
  missing: 'missing',
  requested: 'requested',
  unavailable: 'lost',
  expired: 'lost',
} as const satisfies Record<(typeof gapStates)[number], HeatSpan['heat']>;

const isGapState = (state: string): state is (typeof gapStates)[number] => state in heats;

const mapRows = 30;
const mapColumns = 60; // with the labels within 80

/** Symbols against time, those with a gap alone. `untilMs`: what comes after it is not known yet, UTC epoch ms. */
export const gapMap = (
  stretches: readonly KnownStretch[],
  sessions: readonly KnownSession[],
  { untilMs, colours }: { readonly untilMs: number; readonly colours: boolean },
): string[] => {
  if (stretches.length === 0 || sessions.length === 0) return [];
  const bySeries = new Map<string, KnownStretch[]>();
  for (const stretch of stretches) {
    const label = `${stretch.symbol} ${stretch.venue} ${stretch.interval ?? stretch.kind}`;
    const own = bySeries.get(label);
    if (own === undefined) bySeries.set(label, [stretch]);
    else own.push(stretch);
  }
  const rows = [...bySeries].slice(0, mapRows).map(([label, own]): HeatRow => ({
    label,
    known: sessions
      .filter(({ venue }) => venue === own[0]?.venue)
      .map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, untilMs) })),
    spans: own.flatMap(({ state, fromMs, toMs }) => (isGapState(state) ? [{ fromMs, toMs, heat: heats[state] }] : [])),
  }));
  const venues = new Set(stretches.map(({ venue }) => venue));
  const { columns, caption } = columnsOf(
    sessions.filter(({ venue }) => venues.has(venue)),
    mapColumns,
  );
  const more = bySeries.size - rows.length;
  return [caption, ...heatMap(rows, columns, { colours }), ...(more > 0 ? [`… and ${more} more lines`] : [])];
};

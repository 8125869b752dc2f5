import { clip, displayWidth, padTo } from './width.js';

/** Half-open, UTC epoch ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of a row is not here: `missing`, `requested` (somebody has asked for it), `lost` (nobody tells it any more). */
export interface HeatSpan extends Span {
  readonly heat: 'missing' | 'requested' | 'lost';
}

/** One line of the map. */
export interface HeatRow {
  readonly label: string;
  /** Times in which there is something to know of it; everywhere else the line is blank. */
  readonly known: readonly Span[];
  /** Within them. */
  readonly spans: readonly HeatSpan[];
}

/** One column of the map: the times that it stands for, and what is written above it, if it has a mark. */
export interface HeatColumn {
  readonly spans: readonly Span[];
  readonly mark?: string;
}

interface Level {
  readonly glyph: string;
  /** Of the terminal: SGR. */
  readonly colour: number;
}

const whole: Level = { glyph: '·', colour: 32 };
const requested: Level = { glyph: '~', colour: 36 };
const lost: Level = { glyph: 'x', colour: 35 };
/** From this share of a column on. */
const missing: readonly (Level & { readonly from: number })[] = [
  { from: 2 / 3, glyph: '▓', colour: 31 },
  { from: 1 / 3, glyph: '▒', colour: 33 },
  { from: 0, glyph: '░', colour: 33 },
];

const legend = (paint: (level: Level) => string): string =>
  [
    `${paint(whole)} whole`,
    `${missing.toReversed().map(paint).join(' ')} missing: up to a third, two, more`,
    `${paint(requested)} being filled`,
    `${paint(lost)} unavailable`,
  ].join('  ');

/** Columns that labels may take: what is left is the map's. */
export const labelColumns = 18;

/**
 * Symbols against time: how much is missing of each column. The worst of a column shows, however short it is: missing, then being filled,
 * then lost. Without colours the signs alone tell it. It is as wide as labels, a blank and columns; the legend takes 76.
 */
export const heatMap = (
  rows: readonly HeatRow[],
  columns: readonly HeatColumn[],
  { colours }: { readonly colours: boolean },
): string[] => {
  const width = Math.min(labelColumns, Math.max(0, ...rows.map(({ label }) => displayWidth(label))));
  const paint = ({ glyph, colour }: Level): string => (colours ? `\u001b[${colour}m${glyph}\u001b[39m` : glyph);
  const line = ({ label, known, spans }: HeatRow): string => {
    const cells = columns.map((column) => {
      const level = levelOf(column, known, spans);
      return level === undefined ? ' ' : paint(level);
    });
    return `${padTo(clip(label, width), width, 'left')} ${cells.join('')}`.trimEnd();
  };
  const marks = axis(columns);
  const above = marks === '' ? [] : [`${' '.repeat(width)} ${marks}`];
  return [...above, ...rows.map(line), legend(paint)];
};

/** Marks above their columns; one that would run into the mark before it is left out. */
const axis = (columns: readonly HeatColumn[]): string => {
  let text = '';
  for (const [index, { mark }] of columns.entries()) {
    const free = text === '' || text.length < index;
    if (mark !== undefined && free && index + mark.length <= columns.length) text = text.padEnd(index) + mark;
  }
  return text;
};

const levelOf = (column: HeatColumn, known: readonly Span[], spans: readonly HeatSpan[]): Level | undefined => {
  const ofMs = common(column.spans, known);
  if (ofMs === 0) return undefined;
  const within = (heat: HeatSpan['heat']): number =>
    common(
      column.spans,
      spans.filter((span) => span.heat === heat),
    );
  const share = within('missing') / ofMs;
  if (share > 0) return missing.find(({ from }) => share > from);
  if (within('requested') > 0) return requested;
  return within('lost') > 0 ? lost : whole;
};

/** How much of the one the other has, ms. Spans of a list do not overlap. */
const common = (ones: readonly Span[], others: readonly Span[]): number =>
  ones.reduce(
    (sum, one) =>
      others.reduce(
        (ms, other) => ms + Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs)),
        sum,
      ),
    0,
  );

import { displayWidth, padTo } from './width.js';

export interface Column {
  readonly title: string;
  /** Numbers go to the right. */
  readonly align?: 'left' | 'right';
}

export interface TableOptions {
  /** A last row below a line. */
  readonly total?: readonly string[];
}

/** Rows under their titles, two blanks between columns; Korean text keeps the columns straight. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { total }: TableOptions = {},
): string[] => {
  const titles = columns.map(({ title }) => title);
  const all = [titles, ...rows, ...(total === undefined ? [] : [total])];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => displayWidth(row[index] ?? ''))));
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align = 'left' }, index) => padTo(row[index] ?? '', widths[index] ?? 0, align))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(titles), rule, ...rows.map(line), ...(total === undefined ? [] : [rule, line(total)])];
};

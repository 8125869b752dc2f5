/** One cell of code, and where it stands. */
export interface Cell {
  /** From 1, counting all cells, as Jupyter numbers them in its list. */
  readonly number: number;
  readonly source: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A line that Python does not read: `!curl …`, `%pip install …`. */
const magic = /^[ \t]*(?:!|%%?(?:sh|bash|pip|conda)?)/;

/** Shell lines of a cell. */
export const shellOf = (source: string): string =>
  /^[ \t]*%%(?:sh|bash)\b/.test(source)
    ? source.replace(/^[^\n]*/, '')
    : source
        .split('\n')
        .map((line) => (magic.test(line) ? line.replace(/^[ \t]*[!%]{1,2}/, '') : ''))
        .join('\n');

/** The lines that Python reads; the others are empty, so that lines keep their numbers. */
export const pythonOf = (source: string): string =>
  /^[ \t]*%%(?:sh|bash|html|javascript|js|markdown|latex|writefile)\b/.test(source)
    ? ''
    : source
        .split('\n')
        .map((line) => (/^[ \t]*[!%]/.test(line) ? '' : line))
        .join('\n');

/** The cells of a notebook (format 3 and 4); null when it is none. What they showed when they ran is not looked at. */
export const cellsOf = (text: string): readonly Cell[] | null => {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  if (!isRecord(notebook)) return null;
  const worksheets = Array.isArray(notebook.worksheets) ? notebook.worksheets : [];
  const lists: unknown[] = [
    notebook.cells,
    ...worksheets.map((sheet: unknown) => (isRecord(sheet) ? sheet.cells : null)),
  ];
  const cells = lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  return cells.flatMap((cell, index) => {
    if (!isRecord(cell) || cell.cell_type !== 'code') return [];
    const source = cell.source ?? cell.input;
    const lines = Array.isArray(source) ? source.map(String).join('') : typeof source === 'string' ? source : '';
    return [{ number: index + 1, source: lines }];
  });
};

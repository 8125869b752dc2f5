import { describe, expect, it } from 'vitest';

import { heatMap, type HeatColumn, type HeatRow } from '../../../src/terminal/heat-map.js';

/** Ten columns of ten each. */
const columns: HeatColumn[] = Array.from({ length: 10 }, (_, index) => ({
  spans: [{ fromMs: index * 10, toMs: index * 10 + 10 }],
  ...(index % 5 === 0 ? { mark: `${index}h` } : {}),
}));
const row = (change: Partial<HeatRow> = {}): HeatRow => ({
  ...{ label: '005930', known: [{ fromMs: 0, toMs: 100 }], spans: [] },
  ...change,
});
const missing = (fromMs: number, toMs: number) => ({ fromMs, toMs, heat: 'missing' }) as const;
const plain = (rows: readonly HeatRow[], of = columns) => heatMap(rows, of, { colours: false });

const legend = '· whole  ░ ▒ ▓ missing: up to a third, two, more  ~ being filled  x unavailable';

describe('the heat map', () => {
  it('shows how much of each column is missing, and an instant too', () => {
    const spans = [missing(5, 6), missing(10, 15), missing(20, 30), missing(45, 52)];
    expect(plain([row({ spans })])).toEqual(['       0h   5h', '005930 ░▒▓·▒░····', legend]);
  });

  it('shows what is being filled or lost where nothing is missing', () => {
    const heats = [
      { fromMs: 0, toMs: 15, heat: 'requested' },
      { fromMs: 15, toMs: 25, heat: 'lost' },
      { fromMs: 24, toMs: 25, heat: 'missing' },
      { fromMs: 30, toMs: 40, heat: 'lost' },
    ] as const;
    expect(plain([row({ spans: heats })])[1]).toBe('005930 ~~░x······');
  });

  it('is blank where there is nothing to know, and goes by what there is', () => {
    const known = [{ fromMs: 20, toMs: 55 }];
    expect(plain([row({ known, spans: [missing(50, 55)] })])[1]).toBe('005930   ···▓');
  });

  it('fits 80 columns with labels of 18 and 60 columns', () => {
    const wide = Array.from({ length: 60 }, (_, index) => columns[index % 10] ?? { spans: [] });
    const lines = plain([row({ label: '005930 KRX candle 1m of a fund' })], wide);
    expect(Math.max(...lines.map((line) => line.length))).toBe(79);
  });

  it('keeps its columns under labels of any width, and cuts the longest', () => {
    const [axis, first, second] = plain([row(), row({ label: '삼성전자우선주보통주 KRX trade' })]);
    expect(axis).toBe(`${' '.repeat(19)}0h   5h`);
    expect(first).toBe(`005930${' '.repeat(13)}··········`);
    expect(second).toBe('삼성전자우선주보…  ··········');
  });

  it('leaves out a mark that has no room', () => {
    const crowded = columns.map((column, index) => ({ ...column, mark: `${index}:00` }));
    expect(plain([row()], crowded)[0]).toBe('       0:00 5:00');
  });

  it('has colours where they are wanted', () => {
    const [, line] = heatMap([row({ spans: [missing(0, 10)] })], columns.slice(0, 2), { colours: true });
    expect(line).toBe('005930 \u001b[31m▓\u001b[39m\u001b[32m·\u001b[39m');
  });
});

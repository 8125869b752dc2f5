import type { CandleRow } from '../query/index.js';

/** Something for each bar, by its key. A text per bar as key would cost more than writing the bar does. */
export class BarMap<T> {
  readonly #series = new Map<string, Map<number, T>>();
  #last: { readonly row: CandleRow; readonly bars: Map<number, T> } | undefined;

  get(row: CandleRow): T | undefined {
    return this.#barsOf(row).get(row.startMs);
  }

  set(row: CandleRow, value: T): void {
    this.#barsOf(row).set(row.startMs, value);
  }

  *values(): Generator<T> {
    for (const bars of this.#series.values()) yield* bars.values();
  }

  #barsOf(row: CandleRow): Map<number, T> {
    if (this.#last !== undefined && isSameSeries(this.#last.row, row)) return this.#last.bars;
    const { symbol, venue, interval, source } = row;
    const series = `${symbol} ${venue} ${interval} ${source}`;
    const bars = this.#series.get(series) ?? new Map<number, T>();
    this.#series.set(series, bars);
    this.#last = { row, bars };
    return bars;
  }
}

/** Bars mostly come series by series. */
export const isSameSeries = (a: CandleRow, b: CandleRow): boolean =>
  a.symbol === b.symbol && a.venue === b.venue && a.interval === b.interval && a.source === b.source;

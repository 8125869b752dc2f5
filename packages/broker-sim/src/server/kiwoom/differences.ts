import type { Bar } from '../../market/bars.js';
import type { Venue } from '../../market/calendar.js';
import type { Day } from '../../market/kst.js';
import type { KiwoomDifference } from './options.js';

type Changed = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>;

/** The row stays sound: high and low hold the new close, and nothing falls below one share or one won. */
const changed = <Row extends Changed>(row: Row, difference: KiwoomDifference): Row => {
  const close = Math.max(1, row.close + (difference.close ?? 0));
  return {
    ...row,
    close,
    high: Math.max(row.high, close),
    low: Math.min(row.low, close),
    volume: Math.max(1, row.volume + (difference.volume ?? 0)),
  };
};

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(2));

/** The bars that Kiwoom tells differently from KIS. */
export class Differences {
  readonly #byDay = new Map<string, KiwoomDifference[]>();

  constructor(differences: readonly KiwoomDifference[]) {
    for (const difference of differences) {
      const { symbol, venue = 'KRX', day } = difference;
      const name = [symbol, venue, day.replaceAll('-', '')].join('|');
      this.#byDay.set(name, [...(this.#byDay.get(name) ?? []), difference]);
    }
  }

  /** Minute bars of a day, oldest first, running totals included. A minute without a trade stays missing. */
  minutes(code: string, venue: Venue, day: Day, bars: readonly Bar[]): readonly Bar[] {
    const differences = this.#of(code, venue, day).filter(({ minute }) => minute !== undefined);
    if (differences.length === 0) return bars;
    let added = 0;
    return bars.map((bar) => {
      const told = differences
        .filter(({ minute = '' }) => minuteOf(minute) === bar.minute)
        .reduce((row, difference) => changed(row, difference), bar);
      added += told.volume - bar.volume;
      return { ...told, dayVolume: bar.dayVolume + added };
    });
  }

  /** The daily bar of a day. */
  daily(code: string, venue: Venue, day: Day, bar: Bar): Bar {
    return this.#of(code, venue, day)
      .filter(({ minute }) => minute === undefined)
      .reduce((row, difference) => changed(row, difference), bar);
  }

  #of(code: string, venue: Venue, day: Day): readonly KiwoomDifference[] {
    return this.#byDay.get([code, venue, day].join('|')) ?? [];
  }
}

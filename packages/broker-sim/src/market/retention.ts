import { isTradingDay, previousTradingDay } from './calendar.js';
import type { Day } from './kst.js';

/** How far back one-minute history reaches, counted in trading days that end with today. */
export class Retention {
  readonly #tradingDays: number;
  #today: Day = '';
  #oldest: Day = '';

  constructor(tradingDays: number) {
    this.#tradingDays = tradingDays;
  }

  /** The oldest day still on offer. */
  oldest(today: Day): Day {
    if (today === this.#today) return this.#oldest;
    let day = isTradingDay(today) ? today : previousTradingDay(today);
    for (let count = 1; count < this.#tradingDays; count++) day = previousTradingDay(day);
    this.#today = today;
    this.#oldest = day;
    return day;
  }
}

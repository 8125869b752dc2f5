import { StoreError } from './store-error.js';

/** A day that is not on the calendar, or not written as YYYY-MM-DD. */
export class DayInvalid extends StoreError {
  readonly code = 'HUB_DAY_INVALID';
  readonly remedy = 'Give a day that exists as YYYY-MM-DD (Korean time).';

  constructor(
    readonly day: string,
    why: string,
  ) {
    super(`${JSON.stringify(day)} ${why}`);
  }
}

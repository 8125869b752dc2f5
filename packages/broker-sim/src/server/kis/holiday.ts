import { isExchangeOnlyClosing } from '../../market/closings.js';
import { isTradingDay } from '../../market/calendar.js';
import { isDay, shiftDay, weekday, type Day } from '../../market/kst.js';
import { isAnswer } from '../../wire/answer.js';
import { holidayAnswer, type HolidayRow } from '../../wire/kis/holiday.js';
import { header } from '../house.js';
import { field, type Endpoint } from './endpoint.js';
import { dayOf } from './place.js';

const ROWS = 24;

const rowOf = (day: Day): HolidayRow => {
  const name = weekday(day);
  const open = isTradingDay(day);
  const bankDay = name !== 0 && name !== 6 && isExchangeOnlyClosing(day);
  return { day, weekday: name, open, businessDay: open || bankDay };
};

/** How far the list goes is not on record: here to the end of the year of `BASS_DT`. */
export const checkHoliday = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/quotations/chk-holiday',
  trs: { real: ['CTCA0903R'], paper: [] },
  required: ['BASS_DT', 'CTX_AREA_NK', 'CTX_AREA_FK'],
  answer: (call) => {
    const base = dayOf(call, 'BASS_DT');
    if (isAnswer(base)) return base;
    const cursor = field(call, 'CTX_AREA_NK').trim();
    const next = header(call.arrival, 'tr_cont') === 'N' && isDay(cursor);
    const from = next ? cursor : base;
    const end = `${base.slice(0, 4)}1231`;
    const rows: HolidayRow[] = [];
    for (let day = from; day <= end && rows.length < ROWS; day = shiftDay(day, 1)) rows.push(rowOf(day));
    const after = shiftDay(from, rows.length);
    return holidayAnswer(rows, { from, next: after, first: !next, last: after > end });
  },
});

import type { Answer } from '../answer.js';
import { page } from './answer.js';
import { yesNo } from './text.js';

export interface HolidayRow {
  readonly day: string;
  /** 0 = Sunday. */
  readonly weekday: number;
  readonly businessDay: boolean;
  readonly open: boolean;
}

/** Width of both cursors. */
const CURSOR = 20;

/** chk-holiday: calendar days, ascending. `from` and `next` are days. */
export const holidayAnswer = (
  rows: readonly HolidayRow[],
  cursor: { readonly from: string; readonly next: string; readonly first: boolean; readonly last: boolean },
): Answer =>
  page(
    {
      ctx_area_nk: (cursor.last ? '' : cursor.next).padEnd(CURSOR),
      ctx_area_fk: cursor.from.padEnd(CURSOR),
      output: rows.map((row) => ({
        bass_dt: row.day,
        wday_dvsn_cd: `0${String(row.weekday + 1)}`,
        bzdy_yn: yesNo(row.businessDay),
        // Y even on weekends, as recorded.
        tr_day_yn: 'Y',
        opnd_yn: yesNo(row.open),
        sttl_day_yn: yesNo(row.open),
      })),
    },
    cursor,
  );

import { isKnownDay, session } from '@hub/store';

/** Whether KRX trades on a KST day, `YYYY-MM-DD`. One that the calendar does not know counts as such: a look too many costs nothing. */
export const isTradingDay = (day: string): boolean => !isKnownDay(day) || session('KRX', day) !== null;

/** A weekday without trading at the Korea Exchange. Nextrade follows it. */
export interface Closing {
  /** Korean day, `YYYY-MM-DD`. */
  readonly day: string;
  /** In English. */
  readonly reason: string;
}

/**
 * By year; a year that is not here is not known. `calendarSources` says where each comes from. The last weekday of
 * the year is a closing of the exchange itself.
 */
export const closings: Readonly<Record<number, readonly Closing[]>> = {
  2024: [
    { day: '2024-01-01', reason: 'New Year' },
    { day: '2024-02-09', reason: 'Seollal' },
    { day: '2024-02-12', reason: 'in place of Seollal' },
    { day: '2024-03-01', reason: 'Independence Movement Day' },
    { day: '2024-04-10', reason: 'parliamentary election' },
    { day: '2024-05-01', reason: 'Labour Day' },
    { day: '2024-05-06', reason: "in place of Children's Day" },
    { day: '2024-05-15', reason: "Buddha's Birthday" },
    { day: '2024-06-06', reason: 'Memorial Day' },
    { day: '2024-08-15', reason: 'Liberation Day' },
    { day: '2024-09-16', reason: 'Chuseok' },
    { day: '2024-09-17', reason: 'Chuseok' },
    { day: '2024-09-18', reason: 'Chuseok' },
    { day: '2024-10-01', reason: 'temporary holiday: Armed Forces Day' },
    { day: '2024-10-03', reason: 'National Foundation Day' },
    { day: '2024-10-09', reason: 'Hangul Day' },
    { day: '2024-12-25', reason: 'Christmas' },
    { day: '2024-12-31', reason: 'end of the year' },
  ],
  2025: [
    { day: '2025-01-01', reason: 'New Year' },
    { day: '2025-01-27', reason: 'temporary holiday' },
    { day: '2025-01-28', reason: 'Seollal' },
    { day: '2025-01-29', reason: 'Seollal' },
    { day: '2025-01-30', reason: 'Seollal' },
    { day: '2025-03-03', reason: 'in place of Independence Movement Day' },
    { day: '2025-05-01', reason: 'Labour Day' },
    { day: '2025-05-05', reason: "Children's Day, Buddha's Birthday" },
    { day: '2025-05-06', reason: "in place of Buddha's Birthday" },
    { day: '2025-06-03', reason: 'presidential election' },
    { day: '2025-06-06', reason: 'Memorial Day' },
    { day: '2025-08-15', reason: 'Liberation Day' },
    { day: '2025-10-03', reason: 'National Foundation Day' },
    { day: '2025-10-06', reason: 'Chuseok' },
    { day: '2025-10-07', reason: 'Chuseok' },
    { day: '2025-10-08', reason: 'in place of Chuseok' },
    { day: '2025-10-09', reason: 'Hangul Day' },
    { day: '2025-12-25', reason: 'Christmas' },
    { day: '2025-12-31', reason: 'end of the year' },
  ],
  2026: [
    { day: '2026-01-01', reason: 'New Year' },
    { day: '2026-02-16', reason: 'Seollal' },
    { day: '2026-02-17', reason: 'Seollal' },
    { day: '2026-02-18', reason: 'Seollal' },
    { day: '2026-03-02', reason: 'in place of Independence Movement Day' },
    { day: '2026-05-01', reason: 'Labour Day' },
    { day: '2026-05-05', reason: "Children's Day" },
    { day: '2026-05-25', reason: "in place of Buddha's Birthday" },
    { day: '2026-06-03', reason: 'local elections' },
    { day: '2026-07-17', reason: 'Constitution Day' },
    { day: '2026-08-17', reason: 'in place of Liberation Day' },
    { day: '2026-09-24', reason: 'Chuseok' },
    { day: '2026-09-25', reason: 'Chuseok' },
    { day: '2026-10-05', reason: 'in place of National Foundation Day' },
    { day: '2026-10-09', reason: 'Hangul Day' },
    { day: '2026-12-25', reason: 'Christmas' },
    { day: '2026-12-31', reason: 'end of the year' },
  ],
};

/** University entrance examination: the exchange opens and closes one hour later. KIS minute bars of 2025-11-13 show it. */
export const examDays: readonly string[] = ['2024-11-14', '2025-11-13', '2026-11-19'];

/** Where a part of the calendar comes from. */
export interface CalendarSource {
  /** What was read; `general knowledge` where no page was. */
  readonly source: string;
  /** When, `YYYY-MM-DD`. */
  readonly read: string;
}

/** Of the closings and examination days of each year. None of them was compared with the exchange's own notices. */
export const calendarSources: Readonly<Record<number, CalendarSource>> = {
  2024: { source: 'general knowledge: the public-holiday law and what was announced for the year', read: '2026-11-28' },
  2025: { source: 'the public-holiday law, temporary holiday 01-27 and election 06-03', read: '2026-11-23' },
  2026: {
    source: 'two Korean market calendars; exchange_calendars PR 574 (elections, Labour Day) and 583 (Constitution Day)',
    read: '2026-11-23',
  },
};

import type { Day } from './kst.js';

/**
 * Weekdays without trading on the Korean exchanges.
 *
 * 2026: two Korean market-calendar articles, exchange_calendars pull requests 574 (06-03, 05-01) and 583 (07-17),
 * QuantLib pull request 2685, date-holidays pull request 577; read 2026-11.
 * 2025: common knowledge checked against the same rules, not against an exchange notice.
 */
const listed: Readonly<Record<string, readonly string[]>> = {
  2025: [
    '0101', // New Year
    '0127', // temporary holiday
    '0128', // Seollal, three days
    '0129',
    '0130',
    '0303', // substitute for 03-01
    '0501', // Labour Day
    '0505', // Children's Day and Buddha's birthday
    '0506', // substitute
    '0603', // presidential election
    '0606', // Memorial Day
    '0815', // Liberation Day
    '1003', // Foundation Day
    '1006', // Chuseok and substitute, three days
    '1007',
    '1008',
    '1009', // Hangul Day
    '1225', // Christmas
    '1231', // exchange closing at year end
  ],
  2026: [
    '0101', // New Year
    '0216', // Seollal, three days
    '0217',
    '0218',
    '0302', // substitute for 03-01
    '0501', // Labour Day
    '0505', // Children's Day
    '0525', // substitute for Buddha's birthday
    '0603', // local elections
    '0717', // Constitution Day, a holiday again since 2026
    '0817', // substitute for 08-15
    '0924', // Chuseok
    '0925',
    '1005', // substitute for 10-03
    '1009', // Hangul Day
    '1225', // Christmas
    '1231', // exchange closing at year end
  ],
};

/** For years without a list: only the holidays whose date never moves. Good enough for prices, not for planning. */
const fixedDates = ['0101', '0301', '0501', '0505', '0606', '0815', '1003', '1009', '1225', '1231'];

/** University entrance examination: every session one hour later. Only the years with a known date. */
const examDays: readonly Day[] = ['20251113', '20261119'];

export const isClosing = (day: Day): boolean => (listed[day.slice(0, 4)] ?? fixedDates).includes(day.slice(4));

export const isExamDay = (day: Day): boolean => examDays.includes(day);

/** At year end the exchange is shut while banks work: a business day without trading. */
export const isExchangeOnlyClosing = (day: Day): boolean => day.endsWith('1231');

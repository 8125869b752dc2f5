import { UsageInvalid, type Problem } from '../error/index.js';
import type { Environment } from './context.js';

const usualDays = 30;
const mostDays = 3_650;

/** For how many days raw answers are kept (HUB_RAW_KEEP_DAYS), 0 for none, or what is wrong with the setting. */
export const rawKeepDaysOf = ({ HUB_RAW_KEEP_DAYS: text }: Environment): number | Problem => {
  if (text === undefined || text === '') return usualDays;
  const days = Number(text);
  if (/^\d+$/.test(text) && days <= mostDays) return days;
  return {
    code: 'HUB_CONFIG',
    message: `HUB_RAW_KEEP_DAYS is no whole number from 0 to ${mostDays}`,
    remedy: `Give the days for which raw answers are kept, 0 for none; ${usualDays} unless set.`,
  };
};

/** The same where nothing else is checked with it. Throws UsageInvalid. */
export const checkedRawKeepDays = (env: Environment): number => {
  const days = rawKeepDaysOf(env);
  if (typeof days === 'object') throw new UsageInvalid([days]);
  return days;
};

export { closings, type Closing } from './closings.js';
export { dayMs, isStartOfDay, koreanDay, startOfDay } from './day.js';
export { hoursOf, type Hours } from './hours.js';
export { savedTradingDays, saveTradingDays, type TradingDay, type TradingDayQuery } from './saved.js';
export { isKnownDay, session, tradingDays, type Session } from './session.js';

export { calendarSources, closings, type CalendarSource, type Closing } from './closings.js';
export { dayMs, isStartOfDay, koreanDay, startOfDay } from './day.js';
export { phaseRules, phases, type Phase, type PhaseName, type PhaseRule } from './phases.js';
export {
  calendarDay,
  calendarDays,
  type CalendarDay,
  type DayOpinion,
  type DayTold,
  type OverrideDay,
} from './resolve.js';
export { hoursOf, type Calendar, type Hours } from './hours.js';
export { savedTradingDays, saveTradingDays, type TradingDay, type TradingDayQuery } from './saved.js';
export { isKnownDay, session, tradingDays, type Session } from './session.js';

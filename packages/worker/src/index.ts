export { planBackfill, type PlanBackfillOptions } from './backfill/plan.js';
export {
  brokersOf,
  openPlans,
  type OpenPlans,
  type Plans,
  type PlansOptions,
  type PlanStatus,
  type PlanTerms,
} from './backfill/plans.js';
export { scheduleBackfill } from './backfill/schedule.js';
export { runBackfill, type RunBackfillOptions } from './backfill/run.js';
export type { BackfillProgress, BackfillResult, WindowYield } from './backfill/tally.js';
export { startCalendar, type CalendarEvent, type CalendarKeeper, type CalendarOptions } from './calendar/daily.js';
export { calendarDisagreements, disagreementsOf, type CalendarDisagreement } from './calendar/disagreement.js';
export { readCalendarFile } from './calendar/file.js';
export {
  refreshTradingDays,
  sharedTradingDays,
  type HolidayHub,
  type Refreshed,
  type RefreshOptions,
} from './calendar/refresh.js';
export {
  CalendarInvalid,
  PlanUnknown,
  ScheduleInvalid,
  WindowLost,
  WriterAway,
  WriterTaken,
  type Failure,
} from './error.js';
export {
  startCollector,
  type Collector,
  type CollectorEvent,
  type CollectorOptions,
  type CollectorProgress,
} from './process/collector.js';
export { openFeedPublisher, type FeedPublisher } from './process/feed-publisher.js';
export type { FeedSink } from './queue/feed-outlet.js';
export { coverageIn } from './job/answer.js';
export { renormalise } from './job/raw.js';
export {
  askCalendar,
  askCoverage,
  askExport,
  askGaps,
  askHoles,
  askSnapshot,
  type AskOptions,
  type CoverageAnswer,
} from './queue/ask.js';
export type { FeedResult } from './queue/feed-payload.js';
export type { ServiceEvent } from './process/event.js';
export type { Concurrency, WorkerHub } from './process/worker.js';
export { writerOf, writersOf, type Writer } from './process/presence.js';
export { startService, type Service, type ServiceOptions } from './process/service.js';
export { alertChannel, type Alert } from './sentinel/alerts.js';
export type { MuteFeed, SentinelEvent } from './sentinel/event.js';
export type { MutePatience } from './sentinel/mute-feed.js';
export type { ClosingResult } from './sentinel/closing-round.js';
export type { Closing } from './sentinel/ladder.js';
export { startSentinel, type Sentinel, type SentinelOptions } from './sentinel/sentinel.js';
export { storeIdOf } from './queue/names.js';
export type { BackfillPlan, BackfillRequest, WindowSpec } from './queue/payload.js';
export type { BrokerPace, StoredPlan } from './queue/plan-payload.js';
export { readSchedule, type ScheduleFile, type StoredSchedule } from './queue/schedule-payload.js';
export type { PlanState } from './queue/plan-store.js';

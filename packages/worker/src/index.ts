export { planBackfill, type PlanBackfillOptions } from './backfill/plan.js';
export { runBackfill, type RunBackfillOptions } from './backfill/run.js';
export type { BackfillProgress, BackfillResult, WindowYield } from './backfill/tally.js';
export { WindowLost, WriterAway, WriterTaken, type Failure } from './error.js';
export {
  startCollector,
  type Collector,
  type CollectorEvent,
  type CollectorOptions,
  type CollectorProgress,
} from './process/collector.js';
export { openFeedPublisher, type FeedPublisher, type FeedSink } from './process/feed-publisher.js';
export type { FeedResult } from './queue/feed-payload.js';
export type { ServiceEvent } from './process/event.js';
export type { Concurrency, WorkerHub } from './process/worker.js';
export { writerOf, writersOf, type Writer } from './process/presence.js';
export { startService, type Service, type ServiceOptions } from './process/service.js';
export { storeIdOf } from './queue/names.js';
export type { BackfillPlan, BackfillRequest, WindowSpec } from './queue/payload.js';

export { planBackfill, type PlanBackfillOptions } from './backfill/plan.js';
export { runBackfill, type RunBackfillOptions } from './backfill/run.js';
export type { BackfillProgress, BackfillResult } from './backfill/tally.js';
export { WindowLost, WriterAway, WriterTaken, type Failure } from './error.js';
export type { ServiceEvent } from './process/event.js';
export { writerOf, type Writer } from './process/presence.js';
export { startService, type Service, type ServiceOptions } from './process/service.js';
export { storeIdOf } from './queue/names.js';
export type { BackfillPlan, BackfillRequest, WindowSpec } from './queue/payload.js';

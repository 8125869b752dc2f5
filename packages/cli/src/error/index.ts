export { BaselineInvalid } from './baseline-invalid.js';
export { BackfillIncomplete, type FailedWindow } from './backfill-incomplete.js';
export { CollectIncomplete } from './collect-incomplete.js';
export { Interrupted } from './interrupted.js';
export { PortTaken } from './port-taken.js';
export { ServiceEnded } from './service-ended.js';
export { UsageInvalid, wrongUsage, type Problem } from './usage-invalid.js';

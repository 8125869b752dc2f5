export { defaultPrefix, liveQueue, livePayload, queuePriority, readReturnAddress } from './contract.js';
export type { LivePayload, Outcome } from './contract.js';
export { isAllowable, type Admitted, type AskedCall } from './admission.js';
export { issueCallerToken, readCallerToken, usualClasses, type CallerClaims } from './caller-token.js';
export { servedBrokers } from './attendance.js';
export { openCallDesk, type CallDesk, type CallDeskOptions, type Leave, type Taken } from './desk.js';
export { endpointOf } from './endpoint.js';
export { leaveLastsMs } from '../request/with-leave.js';

export { HubError, isHubError, type HubErrorJson } from './hub-error.js';
export { CallAborted, CallInvalid, ConfigInvalid, HubClosed, RangeInvalid, SymbolUnknown } from './config.js';
export { CircuitOpen } from './circuit.js';
export { LedgerLost, PermitExpired } from './ledger.js';
export { GuardBlocked } from './guard.js';
export { redisFailure, RedisRefused, RedisUnreachable, type RedisRole } from './redis.js';
export {
  CallerRefused,
  CallLost,
  JobStalled,
  PayloadInvalid,
  RemoteFailure,
  ServiceAway,
  type CallerRefusal,
} from './service.js';
export { TokenDead, TokenRefused, VaultLocked } from './token.js';
export {
  AnswerUnreadable,
  BrokerBusy,
  BrokerFailed,
  BrokerRefused,
  BrokerUnreachable,
  CallTimeout,
  OutcomeUnknown,
  TokenRejected,
  type BrokerFault,
} from './broker.js';
export { packError, unpackError, type TravellingError } from './travel.js';
export {
  CaptureUnreadable,
  FeedInvalid,
  FeedRefused,
  FeedUnserved,
  NoConnection,
  NoSlot,
  TakeoverRefused,
  TakeoverUnfinished,
} from './realtime.js';

export { callerKeysIn } from './hub/caller-keys.js';
export { createHub, type HubEffects } from './hub/create-hub.js';
export {
  brokerNames,
  checkCandleQuery,
  daysAtOnce,
  estimatedCandleCalls,
  historyKeptDays,
  tradeSessionsKept,
  normaliserVersion,
  sourceOf,
} from './hub/market-data.js';
export { replay } from './hub/replay.js';
export type { Replay, ReplayOptions, ReplayReport } from './realtime/replay/contract.js';
export type { CaptureFlaw } from './realtime/replay/capture-reader.js';
export type { Hub, KisCalls, KiwoomCalls } from './hub/hub.js';
export type { BrokerCalls, CallOptions, PageOptions } from './hub/broker-calls.js';
export type { CandleOptions, KeptAnswer, KeptAnswers } from './hub/kept-answers.js';
export { rawAnswerOf, renormaliseCandles, type RawAnswer } from './hub/raw-answers.js';
export type { RawCall } from './hub/raw-call.js';
export type {
  HubOptions,
  KisKeyOptions,
  KisOptions,
  KiwoomKeyOptions,
  KiwoomOptions,
  RealtimeOptions,
} from './hub/options.js';
export {
  isLoopback,
  keyIdOf,
  settingsOf,
  type DirectSettings,
  type KisSettings,
  type KiwoomSettings,
  type ServiceSettings,
  type Settings,
} from './hub/settings.js';
export { revokeToken, type RevokedToken } from './hub/revoke-token.js';
export { tokenStates, type TokenState } from './hub/token-state.js';
export type { Candle, CandleBatch, CandleQuery, Interval, Venue } from './broker/candle.js';
export type { StockQuery } from './broker/candle-query.js';
export type { BrokerName, Endpoint, EndpointFacts, Origin, Page, Params } from './broker/contract.js';
export type { Drift } from './hub/drift.js';
export type { Provenance } from './broker/market-source.js';
export type { BookLevel, OrderBook, Quote } from './broker/quote.js';
export type { Tick, TickBatch, TickQuery } from './broker/tick.js';
export { brokerCodes, type CodeExplained } from './hub/broker-codes.js';
export { similarNames } from './hub/similar-names.js';
export type { KisEndpointName } from './broker/kis/catalogue.js';
export type { KiwoomEndpointName } from './broker/kiwoom/catalogue.js';
export type { BookRecord, FeedKind, NoticeRecord, Recorded, TradeRecord } from './broker/live.js';
export type {
  BookEvent,
  FeedRequest,
  FeedState,
  GapCause,
  GapEvent,
  NoticeEvent,
  Placed,
  RealtimeEvent,
  RealtimeHandler,
  Received,
  StatusEvent,
  SubscribeOptions,
  Subscription,
  Told,
  TradeEvent,
} from './realtime/contract.js';
export type { Realtime, ServeOptions, Serving } from './realtime/realtime.js';
export type { RealtimeFeedStatus, RealtimeKeyStatus, RealtimeProcess, RealtimeStatus } from './realtime/status.js';
export type { TakeoverReport, TakeoverWish } from './realtime/take-over.js';
export type { Priority, SpentRow } from './ledger/contract.js';
export type { Quota, QuotaEvent } from './hub/quota.js';
export type { QuotaAccount, QuotaBudget, QuotaOrigin, QuotaSpent } from './hub/quota-report.js';
export type { Answer, Environment, Reaction } from './request/contract.js';
export type { Clock } from './runtime/clock.js';
export type { Notice, Notify } from './runtime/notice.js';
export type { Random } from './runtime/random.js';
export type { ForeignIssue, Purpose } from './vault/contract.js';
export type { CallAnswered, CallFacts, CallFailed, PermitTaken, RetryPlanned } from './observe/contract.js';
export type { ChannelMessages } from './observe/channels.js';
export type { Logger } from './observe/log.js';
export * as errors from './error/index.js';
export { HubError, isHubError, type HubErrorJson } from './error/index.js';

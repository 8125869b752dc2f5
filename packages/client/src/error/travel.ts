import {
  AnswerUnreadable,
  BrokerBusy,
  BrokerFailed,
  BrokerRefused,
  BrokerUnreachable,
  CallTimeout,
  OutcomeUnknown,
  TokenRejected,
} from './broker.js';
import { CircuitOpen } from './circuit.js';
import { CallAborted, CallInvalid, ConfigInvalid, HubClosed, RangeInvalid, SymbolUnknown } from './config.js';
import {
  CaptureUnreadable,
  FeedInvalid,
  FeedRefused,
  FeedUnserved,
  NoConnection,
  NoSlot,
  TakeoverRefused,
  TakeoverUnfinished,
} from './realtime.js';
import { GuardBlocked } from './guard.js';
import { isHubError, type HubError } from './hub-error.js';
import { LedgerLost, PermitExpired } from './ledger.js';
import { RedisRefused, RedisUnreachable } from './redis.js';
import { CallerRefused, CallLost, JobStalled, PayloadInvalid, RemoteFailure, ServiceAway } from './service.js';
import { TokenDead, TokenRefused, VaultLocked } from './token.js';

/** An error on its way to another process, as JSON. Holds no stack. */
export interface TravellingError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** What the class keeps besides: `retryAfterMs`, `fault` … */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The chain of causes, nearest first, as text. */
  readonly causes: readonly { readonly name: string; readonly message: string }[];
}

type CodesOf<Classes> = { [Code in keyof Classes]: { readonly prototype: HubError & { readonly code: Code } } };
const byCode = <Classes extends CodesOf<Classes>>(classes: Classes): Classes => classes;

/** Every class with a code of its own: a test fails when one is missing. */
export const errorClasses = byCode({
  HUB_ABORTED: CallAborted,
  HUB_ANSWER_UNREADABLE: AnswerUnreadable,
  HUB_BROKER_BUSY: BrokerBusy,
  HUB_BROKER_FAILED: BrokerFailed,
  HUB_BROKER_REFUSED: BrokerRefused,
  HUB_BROKER_UNREACHABLE: BrokerUnreachable,
  HUB_CALLER_REFUSED: CallerRefused,
  HUB_CALL_INVALID: CallInvalid,
  HUB_CALL_LOST: CallLost,
  HUB_CAPTURE_UNREADABLE: CaptureUnreadable,
  HUB_CIRCUIT_OPEN: CircuitOpen,
  HUB_CLOSED: HubClosed,
  HUB_CONFIG: ConfigInvalid,
  HUB_FEED_INVALID: FeedInvalid,
  HUB_FEED_REFUSED: FeedRefused,
  HUB_FEED_UNREACHABLE: NoConnection,
  HUB_FEED_UNSERVED: FeedUnserved,
  HUB_GUARD_BLOCKED: GuardBlocked,
  HUB_JOB_STALLED: JobStalled,
  HUB_LEDGER_LOST: LedgerLost,
  HUB_NO_SLOT: NoSlot,
  HUB_OUTCOME_UNKNOWN: OutcomeUnknown,
  HUB_PAYLOAD_INVALID: PayloadInvalid,
  HUB_PERMIT_EXPIRED: PermitExpired,
  HUB_RANGE: RangeInvalid,
  HUB_REDIS_REFUSED: RedisRefused,
  HUB_REDIS_UNREACHABLE: RedisUnreachable,
  HUB_SERVICE_AWAY: ServiceAway,
  HUB_SYMBOL_UNKNOWN: SymbolUnknown,
  HUB_TAKEOVER_REFUSED: TakeoverRefused,
  HUB_TAKEOVER_UNFINISHED: TakeoverUnfinished,
  HUB_TIMEOUT: CallTimeout,
  HUB_TOKEN_DEAD: TokenDead,
  HUB_TOKEN_REFUSED: TokenRefused,
  HUB_TOKEN_REJECTED: TokenRejected,
  HUB_VAULT_KEY: VaultLocked,
});

const causesTold = 5;
const longestCause = 500;

/** Errors without a code are faults of ours; their text travels, nothing else of them. */
export const packError = (error: unknown): TravellingError => {
  const causes = causesOf(error);
  if (!isHubError(error)) {
    return { ...unexpected, message: error instanceof Error ? error.message : String(error), fields: {}, causes };
  }
  const { code, message, remedy } = error;
  const fields = Object.fromEntries(Object.entries(error).filter(([name, value]) => isField(name) && isJson(value)));
  return { code, message, remedy, fields, causes };
};

const unexpected = {
  code: 'HUB_UNEXPECTED',
  remedy: 'This is a fault of the hub; report it with this text.',
} as const;

/** The same error again: its class, if this version has it, its fields, its causes as text. The stack is this process's. */
export const unpackError = (packed: TravellingError): HubError => {
  const error = new RemoteFailure(packed);
  const { prototype } = classOf(packed.code);
  // Constructors make messages of their arguments; here the message is there already.
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  for (const [name, value] of Object.entries(packed.fields)) {
    if (isField(name)) define(error, name, value, true);
  }
  const cause = chained(packed.causes);
  if (cause !== undefined) define(error, 'cause', cause, false);
  return error;
};

const classOf = (code: string): { readonly prototype?: HubError } =>
  Object.hasOwn(errorClasses, code) ? errorClasses[code as keyof typeof errorClasses] : {};

const define = (error: Error, name: string, value: unknown, enumerable: boolean): void => {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
};

/** Not what every error has, nor what would change its nature. */
const isField = (name: string): boolean =>
  /^[a-z]\w*$/i.test(name) && !['code', 'message', 'remedy', 'name', 'stack', 'cause', 'constructor'].includes(name);

const isJson = (value: unknown): boolean => value !== undefined && typeof value !== 'function';

const causesOf = (error: unknown): TravellingError['causes'] => {
  const causes: { name: string; message: string }[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && causes.length < causesTold) {
    const { name, message } = cause instanceof Error ? cause : { name: 'Error', message: textOf(cause) };
    causes.push({ name, message: message.slice(0, longestCause) });
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
};

/** A cause may be anything that somebody aborted with; objects may hold what is nobody's business. */
const textOf = (cause: unknown): string => (typeof cause === 'string' ? cause : `a value of type ${typeof cause}`);

const chained = (causes: TravellingError['causes']): Error | undefined =>
  causes.toReversed().reduce<Error | undefined>((cause, { name, message }) => {
    const error = new Error(message, cause === undefined ? {} : { cause });
    define(error, 'name', name, false);
    return error;
  }, undefined);

import { errors } from '@hub/client';
import { UnrecoverableError } from 'bullmq';

import { failureOf, type Failure } from '../error.js';

/** The same call would fail in the same way. */
const incurable = new Set([
  'HUB_BROKER_REFUSED',
  'HUB_SYMBOL_UNKNOWN',
  'HUB_RANGE',
  'HUB_TOKEN_REFUSED',
  'HUB_CALL_INVALID',
  'HUB_CONFIG',
  'HUB_PAYLOAD_INVALID',
  'HUB_BATCH_INVALID',
  'HUB_DAY_INVALID',
  'HUB_OUTCOME_UNKNOWN',
]);

/** What a handler throws for BullMQ: it keeps the message only, so all that must arrive travels in it as JSON. */
export const jobError = (error: unknown): Error => {
  const failure = failureOf(error);
  const text = JSON.stringify({ code: failure.code, message: failure.message, remedy: failure.remedy });
  // What came through another queue was tried often enough there.
  const final = error instanceof errors.RemoteFailure || incurable.has(failure.code);
  const wrapped = final ? new UnrecoverableError(text) : attemptError(text, error);
  // Stored with the job otherwise; the failure is told by its code.
  delete wrapped.stack;
  return wrapped;
};

const attemptError = (text: string, error: unknown): Error =>
  error instanceof errors.CircuitOpen ? new InVain(text, error.retryAfterMs) : new Error(text);

/** How long another attempt would be in vain, ms. */
export const notBefore = (error: unknown): number => (error instanceof InVain ? error.forMs : 0);

/** Nothing of it was sent, and nothing will be for so long. */
class InVain extends Error {
  constructor(
    text: string,
    readonly forMs: number,
  ) {
    super(text);
  }
}

export const readFailedReason = (reason: string): Failure => {
  try {
    const parsed: unknown = JSON.parse(reason);
    if (isFailure(parsed)) return parsed;
  } catch {
    // Not ours: BullMQ's own words.
  }
  return failureOf(/stalled|started more/.test(reason) ? new errors.JobStalled(reason) : new Error(reason));
};

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' &&
  value !== null &&
  ['code', 'message', 'remedy'].every((key) => typeof Reflect.get(value, key) === 'string');

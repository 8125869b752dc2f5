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
  const wrapped = final ? new UnrecoverableError(text) : new Error(text);
  // Stored with the job otherwise; the failure is told by its code.
  delete wrapped.stack;
  return wrapped;
};

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

import {
  AnswerUnreadable,
  BrokerBusy,
  BrokerFailed,
  BrokerRefused,
  BrokerUnreachable,
  CallAborted,
  CallTimeout,
  isHubError,
  OutcomeUnknown,
  PermitExpired,
  TokenRejected,
} from '../error/index.js';
import { sleep, type Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import { decorrelated, type Random } from '../runtime/random.js';
import { identityText } from '../vault/contract.js';
import { BeforeSend, CodedFault, type Call, type Step } from './contract.js';

export interface RetryOptions {
  /** Repetitions after the first attempt; each one takes a new permit. */
  readonly retries: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
}

/** The shortest pause before a repetition. */
const basePauseMs = 200;
/** A broker that says "too many calls" counts per second: come back after one. */
const busyPauseMs = 1_000;
/** Longer pauses help nobody: a broker that is away for so long opens the circuit. */
const longestPauseMs = 10_000;

/**
 * Repeats what may be repeated, inside the caller's signal, and turns faults into public errors. Whatever it repeats goes
 * through the whole chain again and takes a permit of its own.
 */
export const withRetry =
  (options: RetryOptions): Step =>
  (next) =>
  async (call) => {
    let current = call;
    let previousMs = 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await next(current);
      } catch (error) {
        const verdict = judge(error, current);
        if (verdict.pauseFromMs === undefined || attempt >= options.retries) throw verdict.error;
        if (verdict.rejected !== undefined) {
          const { keyId, generation } = verdict.rejected;
          current = { ...current, rejected: new Map([...(current.rejected ?? []), [keyId, generation]]) };
        }
        const waitMs = pauseOf(verdict.pauseFromMs, previousMs, options.random);
        if (waitMs > 0) previousMs = waitMs;
        await pause({ waitMs, attempt, cause: error, error: verdict.error }, current, options);
      }
    }
  };

const pauseOf = (baseMs: number, previousMs: number, random: Random): number =>
  baseMs === 0 ? 0 : decorrelated({ baseMs, capMs: longestPauseMs, previousMs: Math.max(baseMs, previousMs) }, random);

interface Pause {
  readonly waitMs: number;
  readonly attempt: number;
  /** What ended the attempt, and what the caller would be told of it. */
  readonly cause: unknown;
  readonly error: unknown;
}

const pause = async (
  { waitMs, attempt, cause, error }: Pause,
  call: Call,
  { clock, notify }: RetryOptions,
): Promise<void> => {
  throwIfAborted(call);
  const code = isHubError(error) ? error.code : 'HUB_UNEXPECTED';
  notify({
    kind: 'retry',
    account: accountOf(cause, call),
    endpoint: call.endpoint,
    attempt: attempt + 1,
    waitMs,
    code,
  });
  call.report?.retry(code, waitMs);
  await sleep(clock, waitMs, call.signal);
  throwIfAborted(call);
};

/** Of the key that the attempt went by, where the broker answered; of the first one that might have made it otherwise. */
const accountOf = (cause: unknown, { candidates }: Call): string => {
  const keyId = cause instanceof CodedFault ? cause.facts.sentBy?.keyId : undefined;
  const candidate = candidates.find(({ identity }) => identity.keyId === keyId) ?? candidates[0];
  return candidate === undefined ? '' : identityText(candidate.identity);
};

const throwIfAborted = ({ signal }: Call): void => {
  if (signal.aborted) throw new CallAborted({ cause: signal.reason });
};

interface Verdict {
  readonly error: unknown;
  /** The shortest pause before another attempt, 0 for none at all. Undefined: never repeat. */
  readonly pauseFromMs?: number;
  readonly rejected?: { readonly keyId: string; readonly generation: number };
}

const judge = (error: unknown, call: Call): Verdict => {
  // The call's own request did not leave, so even an order may be tried again.
  if (error instanceof BeforeSend && error.final) return { error: error.cause };
  if (error instanceof BeforeSend) return judge(error.cause, { ...call, replayable: true });
  if (error instanceof CodedFault) return judgeFault(error, call);
  if (error instanceof PermitExpired) return { error, pauseFromMs: 0 };
  const unanswered =
    error instanceof CallTimeout || error instanceof AnswerUnreadable || error instanceof BrokerUnreachable;
  if ((unanswered || error instanceof CallAborted) && !call.replayable) {
    return { error: new OutcomeUnknown(call.endpoint, call.inquiry, { cause: error }) };
  }
  return unanswered ? { error, pauseFromMs: basePauseMs } : { error };
};

const judgeFault = (coded: CodedFault, call: Call): Verdict => {
  const { fault, remedy, reaction, facts } = coded;
  switch (reaction) {
    case 'renew': {
      const error = new TokenRejected(fault, remedy);
      // Once: a renewed token that is rejected as well would only bring one more token a minute.
      if (facts.sentBy === undefined || call.rejected?.has(facts.sentBy.keyId) === true) return { error };
      return { error, pauseFromMs: 0, rejected: facts.sentBy };
    }
    case 'wait':
      return {
        error: new BrokerBusy(fault, remedy),
        ...(call.replayable ? { pauseFromMs: busyPauseMs } : {}),
      };
    case 'repeat':
    case 'verify':
      if (call.replayable) return { error: new BrokerFailed(fault, remedy), pauseFromMs: basePauseMs };
      return {
        error:
          reaction === 'verify' ? new OutcomeUnknown(call.endpoint, call.inquiry) : new BrokerFailed(fault, remedy),
      };
    case 'fix':
    case 'stop':
      return { error: new BrokerRefused(fault, remedy) };
  }
};

import { CallTimeout } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import { linkedSignal, shareable } from '../runtime/linked-signal.js';
import type { CallOptions } from './broker-calls.js';

interface Bounds extends Pick<CallOptions, 'signal' | 'deadlineMs'> {
  readonly endpoint: string;
}

/** Runs with a signal that aborts with the caller's, at the end of the hub, and at the deadline: HUB_TIMEOUT then. */
export const withinDeadline = async <T>(
  { endpoint, signal, deadlineMs }: Bounds,
  { ended, clock }: { readonly ended: AbortSignal; readonly clock: Clock },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  if (deadlineMs === undefined) return withinSignals([ended, ...(signal === undefined ? [] : [signal])], run);
  const deadline = new AbortController();
  const disarm = clock.after(deadlineMs, () => {
    deadline.abort(new CallTimeout(endpoint, deadlineMs, { whole: true }));
  });
  try {
    return await withinSignals([ended, deadline.signal, ...(signal === undefined ? [] : [signal])], run);
  } catch (error) {
    throw deadline.signal.aborted && isAborted(error) ? deadline.signal.reason : error;
  } finally {
    disarm();
  }
};

const withinSignals = async <T>(
  signals: readonly AbortSignal[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const [first, ...others] = signals;
  // A signal of one's own costs more than all that a call does here otherwise.
  if (first !== undefined && others.length === 0) {
    shareable(first);
    return run(first);
  }
  const link = linkedSignal(signals);
  try {
    return await run(link.signal);
  } finally {
    link.release();
  }
};

/** An order that had left stays HUB_OUTCOME_UNKNOWN, whatever ended the waiting for its answer. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'HUB_ABORTED';

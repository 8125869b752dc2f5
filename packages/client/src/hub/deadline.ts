import { CallTimeout } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import { linkedSignal } from '../runtime/linked-signal.js';
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
  const deadline = new AbortController();
  const disarm =
    deadlineMs === undefined
      ? undefined
      : clock.after(deadlineMs, () => {
          deadline.abort(new CallTimeout(endpoint, deadlineMs, { whole: true }));
        });
  const link = linkedSignal([ended, deadline.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    return await run(link.signal);
  } catch (error) {
    throw deadline.signal.aborted && isAborted(error) ? deadline.signal.reason : error;
  } finally {
    disarm?.();
    link.release();
  }
};

/** An order that had left stays HUB_OUTCOME_UNKNOWN, whatever ended the waiting for its answer. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'HUB_ABORTED';

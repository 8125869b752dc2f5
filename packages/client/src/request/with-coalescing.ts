import type { Coalescer } from '../coalesce/coalescer.js';
import type { Answer, Step } from './contract.js';

/**
 * Lets a call with a question join an equal one that waits. Outermost: whoever follows needs no token and no permit. The
 * time of an attempt sets callers of a process apart, since one call has only one.
 */
export const withCoalescing =
  (coalescer: Coalescer<Answer>): Step =>
  (next) =>
  async (call) => {
    const { question, priority, signal, timeoutMs } = call;
    if (question === undefined) return next(call);
    return coalescer.ask({ question, variant: String(timeoutMs), priority, signal }, (joint) =>
      next({ ...call, ...joint }),
    );
  };

import { CallAborted, CallTimeout } from '../error/index.js';
import { withClaim } from '../ledger/permit.js';
import type { Clock } from '../runtime/clock.js';
import type { SendWithPermit } from './with-permit.js';

/**
 * Ends the attempt when its lease ends: the signal that `next` gets aborts, the transport resets the socket, and
 * nothing of this request can arrive any more. The ledger's promise rests on this.
 */
export const withTimeout =
  (clock: Clock) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    const deadline = new AbortController();
    const expire = (): void => {
      deadline.abort(new CallTimeout(call.endpoint, call.timeoutMs));
    };
    let disarm = clock.after(call.timeoutMs, expire);
    const onAbort = (): void => {
      deadline.abort(new CallAborted({ cause: call.signal.reason }));
    };
    call.signal.addEventListener('abort', onAbort, { once: true });
    if (call.signal.aborted) onAbort();
    const timedPermit = withClaim(permit, () => {
      const left = permit.claim();
      disarm();
      disarm = clock.after(left, expire);
      return left;
    });
    try {
      return await next({ ...call, signal: deadline.signal }, timedPermit);
    } finally {
      disarm();
      call.signal.removeEventListener('abort', onAbort);
    }
  };

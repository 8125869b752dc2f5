import { PermitExpired } from '../error/index.js';
import { withClaim } from '../ledger/permit.js';
import type { Clock } from '../runtime/clock.js';
import { unlessAborted } from '../runtime/unless-aborted.js';
import { BeforeSend } from './contract.js';
import type { SendWithPermit } from './with-permit.js';

/**
 * How long a leave to send holds, from the moment it was asked for. A constant of the protocol between all processes:
 * whoever takes a call over from a process that has its leave waits so long before it speaks for it.
 */
export const leaveLastsMs = 1_000;

/**
 * Asks `beforeSend`, where the call has one. A process that was stopped in between may not use an old leave: it is
 * looked at by both clocks at the last moment before the bytes leave, like the permit's lease.
 */
export const withLeave =
  (clock: Clock) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    if (call.beforeSend === undefined) return next(call, permit);
    const asked = { monotonic: clock.monotonic(), wall: clock.now() };
    await unlessAborted(call.beforeSend(), call.signal).catch((error: unknown) => {
      throw new BeforeSend(error, true);
    });
    const claim = (): number => {
      const age = Math.max(clock.monotonic() - asked.monotonic, clock.now() - asked.wall);
      if (age < leaveLastsMs) return permit.claim();
      permit.cancel();
      throw new PermitExpired();
    };
    return next(call, withClaim(permit, claim));
  };

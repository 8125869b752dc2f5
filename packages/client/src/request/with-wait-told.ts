import type { Clock } from '../runtime/clock.js';
import type { Send } from './contract.js';
import type { SendWithPermit } from './with-permit.js';

type Permitted = (next: SendWithPermit) => Send;

/** Tells whoever watches a call by which key it got a permit, and how long it waited for it. */
export const withWaitTold =
  (clock: Clock) =>
  (permitted: Permitted): Permitted =>
  (next) => {
    const unwatched = permitted(next);
    return async (call) => {
      const { report } = call;
      if (report === undefined) return unwatched(call);
      const askedAt = clock.monotonic();
      return permitted((keyed, permit) => {
        report.permit(keyed.identity.keyId, clock.monotonic() - askedAt);
        return next(keyed, permit);
      })(call);
    };
  };

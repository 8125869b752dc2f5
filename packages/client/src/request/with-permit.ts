import type { Ledger, Permit } from '../ledger/contract.js';
import { identityText } from '../vault/contract.js';
import { BeforeSend, type Answer, type Call } from './contract.js';

/** Sends one request with a permit in hand. It claims the permit when the bytes leave and completes it at the answer. */
export type SendWithPermit = (call: Call, permit: Permit) => Promise<Answer>;

/** Waits for the call's turn in every budget that it touches; what did not leave gives its slot back. */
export const withPermit =
  (ledger: Ledger) =>
  (next: SendWithPermit) =>
  async (call: Call): Promise<Answer> => {
    const permit = await ledger
      .acquire({
        account: identityText(call.identity),
        budgets: call.budgets,
        leaseMs: call.timeoutMs,
        priority: call.priority,
        signal: call.signal,
      })
      .catch((error: unknown) => {
        throw new BeforeSend(error);
      });
    try {
      return await next(call, permit);
    } finally {
      permit.cancel();
    }
  };

import type { Ledger, Permit, PermitRequest } from '../ledger/contract.js';
import { CallAborted } from '../error/index.js';
import { linkedSignal } from '../runtime/linked-signal.js';
import { identityText } from '../vault/contract.js';
import { BeforeSend, CodedFault, type Answer, type Call, type Candidate, type KeyedCall } from './contract.js';

/** Sends one request with a permit in hand. It claims the permit when the bytes leave and completes it at the answer. */
export type SendWithPermit = (call: KeyedCall, permit: Permit) => Promise<Answer>;

/**
 * Waits for the call's turn in every budget that it touches, with all its keys at once: the first permit decides which
 * one makes it. What did not leave gives its slot back; what the broker refused as one too many narrows the budget.
 */
export const withPermit =
  (ledger: Pick<Ledger, 'acquire'>) =>
  (next: SendWithPermit) =>
  async (call: Call): Promise<Answer> => {
    const permit = await unlessInVain(call, (signal) => firstPermit(ledger, call, signal));
    const keyed: KeyedCall = { ...call, ...ownerOf(permit, call) };
    try {
      return await next(keyed, permit);
    } catch (error) {
      if (error instanceof CodedFault) learnFrom(error, keyed, permit);
      throw error;
    } finally {
      permit.cancel();
    }
  };

/** Ends the wait when it has become useless. A permit that was granted before is left to the steps that follow. */
const unlessInVain = async (
  { signal, onVain }: Call,
  wait: (signal: AbortSignal) => Promise<Permit>,
): Promise<Permit> => {
  const link = onVain === undefined ? undefined : linkedSignal([signal]);
  let why: Error | undefined;
  const over = onVain?.((reason) => {
    why = reason;
    link?.abort(reason);
  });
  try {
    return await wait(link?.signal ?? signal);
  } catch (error) {
    throw new BeforeSend(error instanceof CallAborted && !signal.aborted ? (why ?? error) : error);
  } finally {
    over?.();
    link?.release();
  }
};

const firstPermit = async (ledger: Pick<Ledger, 'acquire'>, call: Call, signal: AbortSignal): Promise<Permit> => {
  const { urgency, caller, weight } = call;
  const [first, ...others] = call.candidates.map(({ identity, budgets }): PermitRequest => ({
    account: identityText(identity),
    budgets,
    leaseMs: call.timeoutMs,
    // What comes before the send is done by its start.
    early: true,
    priority: call.priority,
    ...(urgency === undefined ? {} : { urgency }),
    ...(caller === undefined ? {} : { caller }),
    ...(weight === undefined ? {} : { weight }),
    signal,
  }));
  if (first === undefined) throw new Error(`${call.endpoint}: no key may make this call`);
  return ledger.acquire(first, ...others);
};

const ownerOf = ({ account }: Permit, { candidates, endpoint }: Call): Candidate => {
  const owner = candidates.find(({ identity }) => identityText(identity) === account);
  if (owner === undefined) throw new Error(`${endpoint}: a permit of ${account} was not asked for`);
  return owner;
};

const learnFrom = ({ facts }: CodedFault, { budgets, report }: KeyedCall, permit: Permit): void => {
  if (facts.refusedBudget === undefined) return;
  const { budget, told } = facts.refusedBudget;
  report?.refused(budget);
  const limit = budgets.find(({ name }) => name === budget)?.limit ?? Infinity;
  // A figure that the hub goes by already teaches nothing: somebody outside the hub spends of it, so give way.
  permit.refused(budget, told !== undefined && told < limit ? told : undefined);
};

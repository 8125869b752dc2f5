import type { Vault } from '../vault/contract.js';
import { BeforeSend, CodedFault, type Step } from './contract.js';
import type { SendWithPermit } from './with-permit.js';

/** Gets a token before the permit is asked for: a call that held the only slot would wait for its own token's POST. */
export const withToken =
  (vault: Vault): Step =>
  (next) =>
  async (call) => {
    const { identity, signal, rejectedGeneration } = call;
    const token = await vault
      .token(identity, { signal, ...(rejectedGeneration === undefined ? {} : { newerThan: rejectedGeneration }) })
      .catch((error: unknown) => {
        throw new BeforeSend(error);
      });
    return next({ ...call, token });
  };

/** The freshest copy at the moment of the send: it may have been renewed while the call waited for its permit. */
export const withFreshestToken =
  (vault: Vault) =>
  (next: SendWithPermit): SendWithPermit =>
  async (call, permit) => {
    const known = vault.peek(call.identity);
    const newer = known !== undefined && known.generation > (call.token?.generation ?? 0);
    const used = newer ? { ...call, token: known } : call;
    try {
      return await next(used, permit);
    } catch (error) {
      // Only here is it known which token went out.
      if (!(error instanceof CodedFault)) throw error;
      throw new CodedFault(error.fault, error.reaction, error.remedy, used.token?.generation);
    }
  };

import type { Step } from './contract.js';
import type { KeyHealth } from './key-health.js';

/**
 * Leaves keys out that the broker turns away. What can be repeated goes by another key at once; an order that has left is
 * never sent again, whatever the broker says.
 */
export const withOtherKeys =
  (health: KeyHealth): Step =>
  (next) =>
  async (call) => {
    let candidates = health.among(call.candidates);
    for (;;) {
      try {
        const answer = await next({ ...call, candidates });
        health.worked(answer.keyId);
        return answer;
      } catch (error) {
        const keyId = health.judge(error);
        if (keyId === undefined) throw error;
        candidates = candidates.filter(({ identity }) => identity.keyId !== keyId);
        if (candidates.length === 0 || !call.replayable) throw error;
      }
    }
  };

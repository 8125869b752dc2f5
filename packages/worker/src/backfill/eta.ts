import { brokerNames } from '@hub/client';

import type { StoredPlan } from '../queue/plan-payload.js';

/** A slot of a key's line is busy for its window and the round trip of the call that had it. */
const windowMs = 1_000;
/** Of a call over the Internet within Korea, on average; what was measured is better. */
export const usualRoundTripMs = 40;

/**
 * How long calls take at a pace, ms: every slot serves one call per window and round trip, so 18 calls a second are 17.3 at
 * 40 ms. Brokers work side by side, the slowest one ends last; Infinity where a broker has calls and no pace.
 */
export const etaMs = (calls: StoredPlan['calls'], pace: StoredPlan['pace'], roundTripMs = usualRoundTripMs): number =>
  Math.max(
    ...brokerNames.map((broker) => {
      if (calls[broker] === 0) return 0;
      return (calls[broker] / (pace[broker]?.perSecond ?? 0)) * (windowMs + roundTripMs);
    }),
  );

/** From what it takes with what is left: the pace so far is believed once a tenth of the calls is made. */
export const leftMs = (run: {
  readonly plan: Pick<StoredPlan, 'calls' | 'pace'>;
  /** Calls of windows that have not ended, predicted. */
  readonly left: StoredPlan['calls'];
  /** Calls of windows that have ended. */
  readonly made: number;
  /** How long it has run. */
  readonly ranMs: number;
}): number => {
  const { plan, left, made, ranMs } = run;
  const open = left.kis + left.kiwoom;
  const believed = made >= (plan.calls.kis + plan.calls.kiwoom) / 10 && ranMs > 0;
  return believed ? (open * ranMs) / made : etaMs(left, plan.pace);
};

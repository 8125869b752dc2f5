import { errors, type Answer, type CallOptions, type KisEndpointName } from '@hub/client';

import type { Task } from '../queue/consumer.js';
import type { LivePayload } from '../queue/payload.js';

/** The slice of a hub that live calls need. */
export interface Caller {
  readonly kis: {
    call(endpoint: KisEndpointName, params: Readonly<Record<string, string>>, options?: CallOptions): Promise<Answer>;
  };
}

export interface LiveEffects {
  readonly hub: Caller;
  readonly now: () => number;
}

/**
 * Makes one call for a process without keys and answers the broker's JSON body. A second pick-up cannot know whether
 * the first one's request was executed, so it answers HUB_OUTCOME_UNKNOWN and sends nothing.
 */
export const makeCall = async (
  task: Task<LivePayload>,
  { hub, now }: LiveEffects,
): Promise<Readonly<Record<string, unknown>>> => {
  const { endpoint, params, priority, deadlineAt, startedAt } = task.payload;
  if (startedAt !== undefined) throw new errors.OutcomeUnknown(endpoint, 'the inquiry that belongs to it');
  const leftMs = deadlineAt - now();
  if (leftMs <= 0) throw new errors.CallTimeout(endpoint, 0);
  await task.save({ ...task.payload, startedAt: now() });
  const deadline = AbortSignal.timeout(leftMs);
  try {
    // The hub refuses names it does not know with HUB_CALL_INVALID.
    const answer = await hub.kis.call(endpoint as KisEndpointName, params, { priority, signal: deadline });
    return answer.body;
  } catch (error) {
    throw deadline.aborted ? new errors.CallTimeout(endpoint, leftMs, { cause: error }) : error;
  }
};

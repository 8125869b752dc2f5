import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { errors, isHubError, type Answer, type BrokerName, type CallOptions, type RawCall } from '@hub/client';
import {
  endpointOf,
  leaveLastsMs,
  type Admitted,
  type AskedCall,
  type CallDesk,
  type Leave,
  type LivePayload,
  type Outcome,
} from '@hub/client/service';

import { PutBack, type Task } from '../queue/consumer.js';

type Texts = Readonly<Record<string, string>>;

/** The slice of a hub that live calls need. */
export type Caller = Readonly<
  Record<
    BrokerName,
    {
      page(
        endpoint: string,
        page: { readonly params: Texts; readonly cursor: Texts },
        options?: CallOptions,
      ): Promise<Answer>;
      raw(call: RawCall, options?: CallOptions): Promise<Answer>;
    }
  >
> & {
  /** Throws HUB_CALLER_REFUSED. */
  admit(call: AskedCall): Admitted;
};

export interface LiveEffects {
  readonly hub: Caller;
  readonly desk: Pick<CallDesk, 'take' | 'start' | 'deliver'>;
  /** Told of every call that its caller may not make. */
  readonly onRefused?: (broker: BrokerName, refusal: errors.CallerRefused) => void;
}

/** An order that may not leave any more. Nothing was sent by this process. */
class NoLeave extends Error {
  override readonly name = 'NoLeave';

  constructor(readonly leave: Exclude<Leave, 'go'>) {
    super(`no leave to send: ${leave}`);
  }
}

/** With the pauses between them some 15 s: a restart of Redis. An answer that cannot be told is a call made in vain. */
const deliveries = 4;
const betweenDeliveriesMs = 1_000;

/** The calls of hubs without keys that this process has in hand. */
export class LiveCalls {
  readonly #effects: LiveEffects;
  readonly #inHand = new Map<string, AbortController>();
  #closing = false;

  constructor(effects: LiveEffects) {
    this.#effects = effects;
  }

  /**
   * Makes one call and tells its caller the answer, or what went wrong. Made again after a worker has died, unless it is
   * an order that may have been sent: that is HUB_OUTCOME_UNKNOWN, and nothing is sent.
   */
  async make({ payload }: Task<LivePayload>): Promise<void> {
    // Heard of from here on: a caller that goes now is either seen by `take` or tells us.
    const end = new AbortController();
    this.#inHand.set(payload.callId, end);
    try {
      const outcome = await this.#outcome(payload, end.signal);
      if (outcome !== undefined) await this.#deliver(payload, outcome);
    } finally {
      this.#inHand.delete(payload.callId);
    }
  }

  /** The caller has gone. */
  cancel(callId: string): void {
    this.#inHand.get(callId)?.abort();
  }

  /** Ends what is in hand; what did not leave goes back to the queue, for another worker. */
  stop(): void {
    this.#closing = true;
    for (const end of this.#inHand.values()) end.abort();
  }

  /** Undefined: there is nobody to tell, or nothing that the caller does not know. */
  async #outcome(payload: LivePayload, signal: AbortSignal): Promise<Outcome | undefined> {
    const { desk, hub } = this.#effects;
    const order = endpointOf(payload)?.replayable === false;
    const taken = await desk.take(payload, order);
    if (taken.kind === 'late' || taken.kind === 'over') return undefined;
    // Before the question whether it may: an order that may have been sent was allowed then, whatever its token is worth now.
    if (taken.kind === 'unknown') return this.#unknown(payload);
    let admitted: Admitted;
    try {
      admitted = hub.admit(payload);
    } catch (error) {
      if (error instanceof errors.CallerRefused) this.#effects.onRefused?.(payload.broker, error);
      return failed(error);
    }
    const pickUp = randomUUID();
    try {
      const answer = await this.#call(payload, {
        ...optionsOf(payload),
        ...admitted,
        signal,
        deadlineMs: taken.leftMs,
        ...(order ? { beforeSend: () => this.#start(payload, pickUp) } : {}),
      });
      return { kind: 'answer', answer };
    } catch (error) {
      if (this.#closing && isHubError(error) && error.code === 'HUB_ABORTED') throw new PutBack();
      if (!(error instanceof NoLeave)) return failed(error);
      return error.leave === 'late' || error.leave === 'over' ? undefined : this.#unknown(payload);
    }
  }

  /** The hub refuses names that it does not know, and raw calls that cannot be, with HUB_CALL_INVALID. */
  #call({ broker, endpoint, raw, params, cursor }: LivePayload, options: CallOptions): Promise<Answer> {
    const calls = this.#effects.hub[broker];
    if (raw === undefined) return calls.page(endpoint, { params, cursor }, options);
    return calls.raw({ ...raw, tr: endpoint, params }, options);
  }

  async #start(payload: LivePayload, pickUp: string): Promise<void> {
    const leave = await this.#effects.desk.start(payload, pickUp);
    if (leave !== 'go') throw new NoLeave(leave);
  }

  /** Whoever had the leave before us can use it no longer than this: then nothing is sent after our word. */
  async #unknown(payload: LivePayload): Promise<Outcome> {
    const { endpoint } = payload;
    await sleep(leaveLastsMs);
    return failed(new errors.OutcomeUnknown(endpoint, endpointOf(payload)?.inquiry ?? endpoint));
  }

  async #deliver(payload: LivePayload, outcome: Outcome): Promise<void> {
    for (let left = deliveries - 1; ; left -= 1) {
      try {
        await this.#effects.desk.deliver(payload, outcome);
        return;
      } catch (error) {
        if (left === 0 || this.#closing) throw error;
        await sleep(betweenDeliveriesMs);
      }
    }
  }
}

/** What the caller asked for; what it left out is decided by the hub that makes the call. */
const optionsOf = ({ priority, timeoutMs, coalesce, keyId }: LivePayload): CallOptions => ({
  priority,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(coalesce === undefined ? {} : { coalesce }),
  ...(keyId === undefined ? {} : { keyId }),
});

export const failed = (error: unknown): Outcome => ({ kind: 'failure', failure: errors.packError(error) });

import { randomUUID } from 'node:crypto';

import type { BrokerName } from '../broker/contract.js';
import { isHubError } from '../error/index.js';
import { systemClock, type Clock } from '../runtime/clock.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import { keysOf, tracesLastMs, writeReply, type LivePayload, type Outcome } from './contract.js';
import { attendEveryMs, attendanceLastsMs } from './presence.js';
import { scripts } from './redis/scripts.generated.js';

/** What a worker may do with a call that it has in hand. */
export type Taken =
  /** It has so long until its deadline. */
  | { readonly kind: 'make'; readonly leftMs: number }
  /** Its deadline is over. */
  | { readonly kind: 'late' }
  /** Answered by somebody else, or its caller has gone. */
  | { readonly kind: 'over' }
  /** An order that an earlier pick-up may have sent. */
  | { readonly kind: 'unknown' };

/**
 * The answer to the last question before an order leaves. Only `go` lets it: `late` its deadline is over, `taken` another pick-up has
 * the leave, `over` it was answered or its caller has gone, `lost` Redis has forgotten it.
 */
export type Leave = 'go' | 'late' | 'taken' | 'over' | 'lost';

type Call = Pick<LivePayload, 'callId' | 'deadlineAt'>;

/** What `openCallDesk` takes. */
export interface CallDeskOptions {
  /** The main Redis. */
  readonly url: string;
  /** Before every key of the queues: `defaultPrefix`, unless all who take part have another one. */
  readonly prefix: string;
  /** That of the system unless given. */
  readonly clock?: Clock;
  /** 4 500 ms unless given. */
  readonly connectTimeoutMs?: number;
  /** 4 500 ms unless given. */
  readonly commandTimeoutMs?: number;
  /** Told of a heartbeat that did not get through. */
  readonly onError: (error: unknown) => void;
}

/** The worker's side of the calls of others. Every method rejects with HUB_REDIS_… when the main Redis does not serve it. */
export interface CallDesk {
  /** `order`: not replayable. */
  take(call: Call, order: boolean): Promise<Taken>;
  /** Right before the bytes of an order leave. The same pick-up may ask again, another one never gets the leave. */
  start(call: Call, pickUp: string): Promise<Leave>;
  /** False when the call was answered before, or its caller has gone: then nobody is told. */
  deliver(to: Pick<LivePayload, 'callId' | 'replyTo'>, outcome: Outcome): Promise<boolean>;
  /** Hears of callers that have gone, until the desk closes. */
  onCancel(broker: BrokerName, listener: (callId: string) => void): Promise<void>;
  /** Says that the calls of a broker are taken here, again and again until `leave`. */
  attend(broker: BrokerName): Promise<void>;
  /** Nothing new is taken here. */
  leave(): Promise<void>;
  /** Ends the heartbeat and the connections; `leave` first, or callers believe in this worker until its heartbeat ends. */
  close(): Promise<void>;
}

const redisTimeoutMs = 4_500;
/** Answers wait so long for a caller that is cut off; one that has died never fetches them. */
const answersLastMs = 120_000;

/** Connects with the first command. */
export const openCallDesk = (options: CallDeskOptions): CallDesk => {
  const { url, connectTimeoutMs = redisTimeoutMs, commandTimeoutMs = redisTimeoutMs } = options;
  return new Desk(redisPort({ role: 'main', url, connectTimeoutMs, commandTimeoutMs }), options);
};

class Desk implements CallDesk {
  readonly #redis: RedisPort;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #worker = randomUUID();
  readonly #beats = new Map<BrokerName, () => void>();

  constructor(redis: RedisPort, { prefix, clock = systemClock, onError }: CallDeskOptions) {
    this.#redis = redis;
    this.#keys = keysOf(prefix);
    this.#clock = clock;
    this.#onError = onError;
  }

  async take({ callId, deadlineAt }: Call, order: boolean): Promise<Taken> {
    const keys = [this.#keys.marker(callId), this.#keys.fence(callId)];
    const runId = order ? await this.#redis.runId() : '';
    const reply = Number(await this.#redis.run(scripts.take, keys, [deadlineAt, order ? 1 : 0, runId]));
    if (reply > 0) return { kind: 'make', leftMs: reply };
    return { kind: reply === 0 ? 'late' : reply === -1 ? 'over' : 'unknown' };
  }

  async start({ callId, deadlineAt }: Call, pickUp: string): Promise<Leave> {
    const runId = await this.#redis.runId();
    return (await this.#redis.run(scripts.start, [this.#keys.fence(callId)], [runId, pickUp, deadlineAt])) as Leave;
  }

  async deliver(to: Pick<LivePayload, 'callId' | 'replyTo'>, outcome: Outcome): Promise<boolean> {
    const reply = await this.#redis.run(
      scripts.deliver,
      [this.#keys.marker(to.callId), this.#keys.replies(to.replyTo)],
      [writeReply(to.callId, outcome), tracesLastMs, answersLastMs],
    );
    return reply === 1;
  }

  async onCancel(broker: BrokerName, listener: (callId: string) => void): Promise<void> {
    await this.#redis.subscribe(this.#keys.cancel(broker), listener);
  }

  async attend(broker: BrokerName): Promise<void> {
    await this.#say(broker, true);
    const again = (): void => {
      this.#beats.set(broker, this.#clock.after(attendEveryMs, beat));
    };
    const beat = (): void => {
      again();
      this.#say(broker, true).catch((error: unknown) => {
        if (isHubError(error) && this.#beats.has(broker)) this.#onError(error);
      });
    };
    again();
  }

  async leave(): Promise<void> {
    const brokers = [...this.#beats.keys()];
    for (const stop of this.#beats.values()) stop();
    this.#beats.clear();
    await Promise.all(brokers.map((broker) => this.#say(broker, false)));
  }

  async close(): Promise<void> {
    for (const stop of this.#beats.values()) stop();
    this.#beats.clear();
    await this.#redis.close();
  }

  async #say(broker: BrokerName, there: boolean): Promise<void> {
    await this.#redis.run(
      scripts.attend,
      [this.#keys.workers(broker)],
      [this.#worker, attendanceLastsMs, there ? 1 : 0],
    );
  }
}

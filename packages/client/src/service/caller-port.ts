import { brokerNames, type BrokerName } from '../broker/contract.js';
import type { Clock } from '../runtime/clock.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import { keysOf, tracesLastMs } from './contract.js';
import { isAttended, type Attendance } from './presence.js';
import { scripts } from './redis/scripts.generated.js';

/** What became of a call whose caller has gone: see withdraw-2.lua. */
export type Withdrawal = 'answered' | 'unsent' | 'started' | 'lost';

export interface CallerPortOptions {
  /** The main Redis. */
  readonly url: string;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly clock: Clock;
}

type Attendances = Readonly<Record<BrokerName, Attendance>>;

/** What a caller asks of the main Redis beside the queues. Every promise rejects with HUB_REDIS_… when it is not served. */
export class CallerPort {
  readonly #redis: RedisPort;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #clock: Clock;
  /** Clock of the main Redis − monotonic clock, ms: the wall clocks of both sides may be wrong. */
  #offset = 0;
  #attendance: Attendances | undefined;

  constructor(options: CallerPortOptions) {
    this.#redis = redisPort({ role: 'main', ...options });
    this.#keys = keysOf(options.prefix);
    this.#clock = options.clock;
  }

  /** An order may be sent from now on, once. */
  async offer(callId: string, untilMonotonic: number): Promise<void> {
    const lastMs = Math.ceil(untilMonotonic - this.#clock.monotonic() + tracesLastMs);
    await this.#redis.run(scripts.offer, [this.#keys.fence(callId)], [await this.#redis.runId(), lastMs]);
  }

  /** Nobody waits for a call any more; `order`: it has been offered. */
  async withdraw(broker: BrokerName, callId: string, order: boolean): Promise<Withdrawal> {
    const runId = order ? await this.#redis.runId() : '';
    const reply = await this.#redis.run(
      scripts.withdraw,
      [this.#keys.marker(callId), this.#keys.fence(callId)],
      [runId, tracesLastMs, this.#keys.cancel(broker), callId],
    );
    return reply as Withdrawal;
  }

  /** When workers were last there; keeps the time of the main Redis on the way. */
  async look(): Promise<Attendances> {
    const asked = this.#clock.monotonic();
    const keys = brokerNames.map((broker) => this.#keys.workers(broker));
    const reply = await this.#redis.run(scripts.look, keys, []);
    const [now = 0, ...ages] = Array.isArray(reply) ? reply.map(Number) : [];
    this.#offset = now - (asked + this.#clock.monotonic()) / 2;
    const attendance = (place: number): Attendance => ({ there: ageOf(ages[place]), seen: ageOf(ages[place + 1]) });
    this.#attendance = { kis: attendance(0), kiwoom: attendance(2) };
    return this.#attendance;
  }

  /** By the last look: somebody takes the calls of this broker. */
  isAttended(broker: BrokerName): boolean {
    return isAttended(this.#attendance?.[broker]);
  }

  /** An instant of the monotonic clock, on the clock of the main Redis. Known after the first look. */
  instant(monotonic: number): number {
    return Math.max(0, Math.floor(monotonic + this.#offset));
  }

  /** From now on nothing waits for a connection any more. */
  drain(): void {
    this.#redis.drain();
  }

  close(): Promise<void> {
    return this.#redis.close();
  }
}

const ageOf = (ms = -1): number | undefined => (ms < 0 ? undefined : ms);

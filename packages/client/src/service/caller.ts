import { randomUUID } from 'node:crypto';

import { brokerNames } from '../broker/contract.js';
import {
  CallAborted,
  CallLost,
  CallTimeout,
  HubClosed,
  isHubError,
  OutcomeUnknown,
  redisFailure,
  ServiceAway,
  unpackError,
  type HubError,
} from '../error/index.js';
import type { Answer } from '../request/contract.js';
import { sleep, type Clock } from '../runtime/clock.js';
import { linkedSignal } from '../runtime/linked-signal.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import { openCallQueue, type CallQueue, type Whereabouts } from './call-queue.js';
import { keysOf, readReply, tracesLastMs, type LivePayload } from './contract.js';
import { openInbox, type Inbox } from './inbox.js';
import { PendingCall, type CallRequest } from './pending-call.js';
import { isDeserted, type Attendance } from './presence.js';
import { scripts } from './redis/scripts.generated.js';

export interface CallerOptions {
  /** The main Redis. */
  readonly url: string;
  readonly prefix: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** Of calls without one of their own, in ms. */
  readonly deadlineMs: { readonly order: number; readonly other: number };
  readonly clock: Clock;
}

/** Makes calls by way of the queues: a RestApiWorker makes them and answers. */
export interface Caller {
  /** Rejects with what the worker says went wrong, as the same class of error. */
  call(request: CallRequest): Promise<Answer>;
  /** Ends waiting calls with HUB_CLOSED, or with HUB_OUTCOME_UNKNOWN where an order may have been sent. */
  close(): Promise<void>;
}

/** A day: what waits longer is forgotten, and Redis need not keep its traces for ever. */
const longestDeadlineMs = 86_400_000;
/** Calls without an answer are looked after so often. */
const lookEveryMs = 1_000;
/** Calls asked about per look, so that many of them do not keep Redis busy with questions. */
const askedPerLook = 200;
/** How long the main Redis may be away before waiting callers are told so. */
const awayPatienceMs = 15_000;
/** A call that vanishes is queued again: Redis may have lost its data in a restart. */
const publicationsAtMost = 3;
/** An ended call whose answer is not here after so many looks has none: it was delivered before it ended. */
const missedAtMost = 2;
/** Whoever stops waiting is told at once; finding out what became of an order may take this long. */
const farewellMs = 1_000;

/** Connects with the first call. */
export const createCaller = (options: CallerOptions): Caller => new ServiceCaller(options);

interface Line {
  readonly queue: CallQueue;
  readonly inbox: Inbox;
}

class ServiceCaller implements Caller {
  readonly #options: CallerOptions;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #redis: RedisPort;
  readonly #replyTo = randomUUID();
  /** By the ids of their publications. */
  readonly #pending = new Map<string, PendingCall>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #end = new AbortController();
  #opening: Promise<Line> | undefined;
  #line: Line | undefined;
  /** Clock of the main Redis − monotonic clock, ms: the wall clocks of both sides may be wrong. */
  #offset = 0;
  #looking = false;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#keys = keysOf(options.prefix);
    this.#redis = redisPort({ role: 'main', ...options });
  }

  call(request: CallRequest): Promise<Answer> {
    const running = this.#call(request);
    this.#track(running);
    return running;
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#redis.drain();
    const bound = new AbortController();
    await Promise.race([this.#lastWords(), sleep(this.#options.clock, 2 * farewellMs, bound.signal)]);
    bound.abort();
    this.#line?.inbox.close();
    await this.#line?.queue.close();
    await this.#redis.close();
  }

  /** Calls that end now have a word for their worker. */
  async #lastWords(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#opening?.catch(() => undefined);
  }

  async #call(request: CallRequest): Promise<Answer> {
    const { signal, deadlineMs: own } = request.options;
    const { clock, deadlineMs } = this.#options;
    const usualMs = request.endpoint.replayable ? deadlineMs.other : deadlineMs.order;
    const allowedMs = Math.min(own ?? usualMs, longestDeadlineMs);
    const call = new PendingCall(request, clock.monotonic(), clock.monotonic() + allowedMs);
    const disarm = clock.after(allowedMs, () => {
      call.giveUp(new CallTimeout(request.endpoint.name, allowedMs));
    });
    const link = linkedSignal([this.#end.signal, ...(signal === undefined ? [] : [signal])]);
    const stop = (): void => {
      call.giveUp(this.#end.signal.aborted ? new HubClosed() : new CallAborted({ cause: signal?.reason }));
    };
    if (link.signal.aborted) stop();
    else link.signal.addEventListener('abort', stop, { once: true });
    try {
      const publishing = this.#publish(call);
      return await Promise.race([publishing.then(() => call.answer), call.answer, overOf(call)]);
    } catch (error) {
      if (!call.over.aborted || error !== call.over.reason) throw error;
      return await this.#farewell(call, call.over.reason as HubError);
    } finally {
      disarm();
      link.release();
      for (const callId of call.callIds) this.#pending.delete(callId);
    }
  }

  /** Puts the call in its queue, unless it is over by then. */
  async #publish(call: PendingCall): Promise<void> {
    const { broker, endpoint, page, options } = call.request;
    const { queue } = await this.#open();
    if (call.over.aborted) return;
    const callId = randomUUID();
    if (call.isOrder) {
      const lastMs = call.deadline - this.#options.clock.monotonic() + tracesLastMs;
      const runId = await this.#redis.runId();
      await this.#redis.run(scripts.offer, [this.#keys.fence(callId)], [runId, Math.ceil(lastMs)]);
      // Aborts may come while we wait.
      if ((call.over as { aborted: boolean }).aborted) return;
    }
    const payload: LivePayload = {
      v: 1,
      callId,
      broker,
      endpoint: endpoint.name,
      params: page.params,
      cursor: page.cursor,
      priority: options.priority ?? 'interactive',
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      deadlineAt: Math.max(0, Math.floor(call.deadline + this.#offset)),
      replyTo: this.#replyTo,
    };
    call.callIds.push(callId);
    call.missed = 0;
    this.#pending.set(callId, call);
    this.#startLooking();
    try {
      await queue.add(payload);
    } catch (error) {
      // The word may have got through, so it has to be taken back.
      call.giveUp(this.#failure(error));
      throw call.over.reason;
    }
  }

  /** The caller stops waiting: says what it may rely on, and tells whoever has the call. */
  async #farewell(call: PendingCall, reason: HubError): Promise<Answer> {
    const { endpoint } = call.request;
    const callId = call.callIds.at(-1);
    if (callId === undefined) throw reason;
    const withdrawing = this.#withdraw(call, callId);
    this.#track(withdrawing);
    if (!call.isOrder) {
      withdrawing.catch(() => undefined);
      throw reason;
    }
    const bound = new AbortController();
    const late = sleep(this.#options.clock, farewellMs, bound.signal).then(() => 'unknown');
    try {
      const state = await Promise.race([withdrawing.catch(() => 'unknown'), late]);
      if (state === 'unsent') throw reason;
      const answer = state === 'answered' ? await Promise.race([call.answer, late]) : undefined;
      if (typeof answer === 'object') return answer;
    } finally {
      bound.abort();
    }
    throw new OutcomeUnknown(endpoint.name, endpoint.inquiry, { cause: reason });
  }

  async #withdraw(call: PendingCall, callId: string): Promise<unknown> {
    const { broker } = call.request;
    const runId = call.isOrder ? await this.#redis.runId() : '';
    const state = await this.#redis.run(
      scripts.withdraw,
      [this.#keys.marker(callId), this.#keys.fence(callId)],
      [runId, tracesLastMs, this.#keys.cancel(broker), callId],
    );
    const removing = this.#line?.queue.remove(broker, callId).catch(() => undefined);
    if (removing !== undefined) this.#track(removing);
    return state;
  }

  #track(work: Promise<unknown>): void {
    this.#running.add(work);
    const done = (): void => {
      this.#running.delete(work);
    };
    work.then(done, done);
  }

  #open(): Promise<Line> {
    if (this.#end.signal.aborted) return Promise.reject(new HubClosed());
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #connect(): Promise<Line> {
    await this.#look();
    const { url, clock, connectTimeoutMs } = this.#options;
    const queue = await openCallQueue(this.#options);
    if (this.#end.signal.aborted) {
      await queue.close();
      throw new HubClosed();
    }
    const inbox = openInbox({
      ...{ url, clock, connectTimeoutMs },
      key: this.#keys.replies(this.#replyTo),
      onMessage: (text) => {
        this.#receive(text);
      },
    });
    this.#line = { queue, inbox };
    return this.#line;
  }

  #receive(text: string): void {
    try {
      const { callId, outcome } = readReply(text);
      const call = this.#pending.get(callId);
      if (outcome.kind === 'answer') call?.resolve(outcome.answer);
      else call?.reject(unpackError(outcome.failure));
    } catch (error) {
      // Of another version. Its call may not be known, and waits until it is missed.
      if (!isHubError(error)) throw error;
      this.#receiveUnreadable(text, error);
    }
  }

  #receiveUnreadable(text: string, error: HubError): void {
    for (const [callId, call] of this.#pending) if (text.includes(callId)) call.reject(error);
  }

  /** Looks after calls as long as there are any. */
  #startLooking(): void {
    if (this.#looking) return;
    this.#looking = true;
    const { clock } = this.#options;
    let failingSince: number | undefined;
    const loop = async (): Promise<void> => {
      for (;;) {
        await sleep(clock, lookEveryMs, this.#end.signal);
        if (this.#pending.size === 0 || this.#end.signal.aborted) break;
        const lookingSince = clock.monotonic();
        try {
          await this.#lookAfterAll();
          failingSince = undefined;
        } catch (error) {
          failingSince ??= lookingSince;
          if (clock.monotonic() - failingSince < awayPatienceMs) continue;
          for (const call of this.#pending.values()) call.giveUp(this.#failure(error));
        }
      }
      this.#looking = false;
    };
    void loop();
  }

  async #lookAfterAll(): Promise<void> {
    const attendance = await this.#look();
    const now = this.#options.clock.monotonic();
    for (const call of this.#pending.values()) {
      const { broker } = call.request;
      if (isDeserted(attendance[broker], now - call.since, call.isOrder)) call.giveUp(new ServiceAway(broker));
    }
    const calls = [...this.#pending].slice(0, askedPerLook);
    // To the end of the row, so that the next look asks about others.
    for (const [callId, call] of calls) {
      if (this.#pending.delete(callId)) this.#pending.set(callId, call);
    }
    const { queue } = await this.#open();
    await Promise.all(
      calls.map(async ([callId, call]) => {
        // An earlier publication of it is of no interest any more.
        if (call.callIds.at(-1) !== callId || now - call.since < lookEveryMs || call.over.aborted) return;
        this.#judge(call, await queue.whereabouts(call.request.broker, callId));
      }),
    );
  }

  #judge(call: PendingCall, found: Whereabouts): void {
    if (found.kind === 'failed') call.giveUp(found.error);
    call.missed = found.kind === 'on-its-way' ? 0 : call.missed + 1;
    if (call.missed < missedAtMost || call.over.aborted) return;
    if (call.isOrder || call.callIds.length >= publicationsAtMost) {
      call.giveUp(new CallLost(call.request.endpoint.name));
      return;
    }
    call.missed = 0;
    this.#publish(call).catch((error: unknown) => {
      call.giveUp(this.#failure(error));
    });
  }

  /** When workers were last there; keeps the time of the main Redis on the way. */
  async #look(): Promise<Record<(typeof brokerNames)[number], Attendance>> {
    const { clock } = this.#options;
    const asked = clock.monotonic();
    const reply = await this.#redis.run(
      scripts.look,
      brokerNames.map((broker) => this.#keys.workers(broker)),
      [],
    );
    const [now = 0, ...ages] = Array.isArray(reply) ? reply.map(Number) : [];
    this.#offset = now - (asked + clock.monotonic()) / 2;
    const age = (place: number): number | undefined => {
      const ms = ages[place] ?? -1;
      return ms < 0 ? undefined : ms;
    };
    return {
      kis: { there: age(0), seen: age(1) },
      kiwoom: { there: age(2), seen: age(3) },
    };
  }

  #failure(error: unknown): HubError {
    return redisFailure('main', this.#options.url, error);
  }
}

const overOf = ({ over }: PendingCall): Promise<never> =>
  new Promise((_resolve, reject) => {
    const tell = (): void => {
      reject(over.reason as HubError);
    };
    if (over.aborted) tell();
    else over.addEventListener('abort', tell, { once: true });
  });

import { randomUUID } from 'node:crypto';

import { usualPriority, type Endpoint } from '../broker/contract.js';
import {
  CallAborted,
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
import { sleep } from '../runtime/clock.js';
import { linkedSignal } from '../runtime/linked-signal.js';
import { openCallQueue, type CallQueue } from './call-queue.js';
import { isCallerToken } from './caller-token.js';
import { CallerPort, type CallerPortOptions } from './caller-port.js';
import { keysOf, readReply, type LivePayload } from './contract.js';
import { openInbox, type Inbox } from './inbox.js';
import { Lookout } from './lookout.js';
import { PendingCall, type CallRequest } from './pending-call.js';

export interface CallerOptions extends CallerPortOptions {
  /** Of calls without one of their own, in ms. */
  readonly deadlineMs: { readonly order: number; readonly other: number };
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
  readonly #port: CallerPort;
  readonly #lookout: Lookout;
  readonly #replyTo = randomUUID();
  /** By the ids of their publications. */
  readonly #pending = new Map<string, PendingCall>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #end = new AbortController();
  #opening: Promise<Line> | undefined;
  #line: Line | undefined;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#port = new CallerPort(options);
    this.#lookout = new Lookout({
      port: this.#port,
      queue: async () => (await this.#open()).queue,
      pending: this.#pending,
      publish: (call) => this.#publish(call),
      failureOf: (error) => this.#failure(error),
      clock: options.clock,
      ended: this.#end.signal,
    });
  }

  call(request: CallRequest): Promise<Answer> {
    const running = this.#call(request);
    this.#track(running);
    return running;
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#port.drain();
    const bound = new AbortController();
    await Promise.race([this.#lastWords(), sleep(this.#options.clock, 2 * farewellMs, bound.signal)]);
    bound.abort();
    this.#line?.inbox.close();
    await this.#line?.queue.close();
    await this.#port.close();
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
      const { broker, endpoint } = request;
      const served = this.#port.isAttended(broker);
      call.giveUp(served ? new CallTimeout(endpoint.name, allowedMs, { whole: true }) : new ServiceAway(broker));
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
    const { broker, endpoint, raw, page, options } = call.request;
    const { queue } = await this.#open();
    if (call.over.aborted || call.settled) return;
    const callId = randomUUID();
    if (call.isOrder) {
      await this.#port.offer(callId, call.deadline);
      // Aborts may come while we wait.
      if ((call.over as { aborted: boolean }).aborted) return;
    }
    const payload: LivePayload = {
      v: 1,
      callId,
      broker,
      endpoint: endpoint.name,
      ...(raw === true ? { raw: rawOf(endpoint) } : {}),
      params: page.params,
      cursor: page.cursor,
      priority: options.priority ?? usualPriority(endpoint),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...whoIs(options.caller),
      ...(options.coalesce === true ? { coalesce: true } : {}),
      ...(options.keyId === undefined ? {} : { keyId: options.keyId }),
      deadlineAt: this.#port.instant(call.deadline),
      replyTo: this.#replyTo,
    };
    call.callIds.push(callId);
    call.missed = 0;
    this.#pending.set(callId, call);
    this.#lookout.start();
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

  async #withdraw(call: PendingCall, callId: string): Promise<string> {
    const { broker } = call.request;
    const state = await this.#port.withdraw(broker, callId, call.isOrder);
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
    await this.#port.look();
    const { url, prefix, clock, connectTimeoutMs } = this.#options;
    const queue = await openCallQueue(this.#options);
    if (this.#end.signal.aborted) {
      await queue.close();
      throw new HubClosed();
    }
    const inbox = openInbox({
      ...{ url, clock, connectTimeoutMs },
      key: keysOf(prefix).replies(this.#replyTo),
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

  #failure(error: unknown): HubError {
    return redisFailure('main', this.#options.url, error);
  }
}

const whoIs = (caller: string | undefined): Pick<LivePayload, 'caller' | 'callerToken'> => {
  if (caller === undefined) return {};
  return isCallerToken(caller) ? { callerToken: caller } : { caller };
};

/** What a worker has to be told of an operation that its catalogue does not know. */
const rawOf = ({ method, path, replayable }: Endpoint): NonNullable<LivePayload['raw']> => ({
  method,
  path,
  replayable,
});

const overOf = ({ over }: PendingCall): Promise<never> =>
  new Promise((_resolve, reject) => {
    const tell = (): void => {
      reject(over.reason as HubError);
    };
    if (over.aborted) tell();
    else over.addEventListener('abort', tell, { once: true });
  });

import { CallLost, ServiceAway, type HubError } from '../error/index.js';
import { sleep, type Clock } from '../runtime/clock.js';
import type { CallQueue, Whereabouts } from './call-queue.js';
import type { CallerPort } from './caller-port.js';
import type { PendingCall } from './pending-call.js';
import { isDeserted } from './presence.js';

/** Calls without an answer are looked after so often. */
const lookEveryMs = 1_000;
/** Calls asked about per look, so that many of them do not keep Redis busy with questions. */
const askedPerLook = 200;
/** How long the main Redis may be away before waiting callers are told so. */
const awayPatienceMs = 15_000;
/** A call that vanishes is queued again: Redis may have lost its data in a restart. */
const publicationsAtMost = 3;
/** Looks in a row at which a call is not in its queue: one of them may come between an answer and its arrival. */
const goneAtMost = 2;
/** The answer of a call that has ended lies in our stream, and the connection that reads it may be broken for a while. */
const endedAtMost = 15;

export interface LookoutOptions {
  readonly port: Pick<CallerPort, 'look'>;
  readonly queue: () => Promise<Pick<CallQueue, 'whereabouts'>>;
  /** By the ids of their publications. */
  readonly pending: Map<string, PendingCall>;
  readonly publish: (call: PendingCall) => Promise<void>;
  readonly failureOf: (error: unknown) => HubError;
  readonly clock: Clock;
  readonly ended: AbortSignal;
}

/** Looks after calls as long as there are any: an answer may never come, because nobody is there to give it. */
export class Lookout {
  readonly #options: LookoutOptions;
  #running = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** Goes on by itself until no call is left. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    const { clock, pending, ended, failureOf } = this.#options;
    let failingSince: number | undefined;
    for (;;) {
      await sleep(clock, lookEveryMs, ended);
      if (pending.size === 0 || ended.aborted) break;
      const lookingSince = clock.monotonic();
      try {
        await this.#look();
        failingSince = undefined;
      } catch (error) {
        failingSince ??= lookingSince;
        if (clock.monotonic() - failingSince < awayPatienceMs) continue;
        for (const call of pending.values()) call.giveUp(failureOf(error));
      }
    }
    this.#running = false;
  }

  async #look(): Promise<void> {
    const { port, clock, pending } = this.#options;
    const attendance = await port.look();
    const now = clock.monotonic();
    for (const call of pending.values()) {
      const { broker } = call.request;
      if (isDeserted(attendance[broker], now - call.since, call.isOrder)) call.giveUp(new ServiceAway(broker));
    }
    const calls = [...pending].slice(0, askedPerLook);
    // To the end of the row, so that the next look asks about others.
    for (const [callId, call] of calls) {
      if (pending.delete(callId)) pending.set(callId, call);
    }
    const queue = await this.#options.queue();
    await Promise.all(
      calls.map(async ([callId, call]) => {
        // An earlier publication of it is of no interest any more.
        if (call.callIds.at(-1) !== callId || now - call.since < lookEveryMs || call.over.aborted) return;
        const found = await queue.whereabouts(call.request.broker, callId);
        // Its answer may have come meanwhile.
        if (pending.has(callId)) this.#judge(call, found);
      }),
    );
  }

  #judge(call: PendingCall, found: Whereabouts): void {
    if (found.kind === 'failed') call.giveUp(found.error);
    call.missed = found.kind === 'on-its-way' ? 0 : call.missed + 1;
    const isMissing = call.missed >= (found.kind === 'ended' ? endedAtMost : goneAtMost);
    if (!isMissing || call.over.aborted) return;
    if (call.isOrder || call.callIds.length >= publicationsAtMost) {
      call.giveUp(new CallLost(call.request.endpoint.name));
      return;
    }
    call.missed = 0;
    const { publish, failureOf } = this.#options;
    publish(call).catch((error: unknown) => {
      call.giveUp(failureOf(error));
    });
  }
}

import { feedText, type Feed } from '../../broker/live.js';
import type { BrokerName } from '../../broker/contract.js';
import { FeedInvalid, FeedUnserved, HubClosed, NoSlot } from '../../error/index.js';
import type { Priority } from '../../ledger/contract.js';
import type { RealtimeEvent, RealtimeHandler, StatusEvent, Subscription, Told } from '../contract.js';
import { Mailbox } from './mailbox.js';

/** One feed of one subscription. */
export interface Subscribed {
  readonly broker: BrokerName;
  readonly feed: Feed;
}

export interface SubscriberParts {
  readonly name: string;
  readonly feeds: readonly Subscribed[];
  readonly priority: Priority;
  readonly raw: boolean;
  readonly buffer: number;
  readonly handler: RealtimeHandler | undefined;
  readonly leave: (subscriber: Subscriber) => Promise<void>;
}

const unservedCode = 'HUB_FEED_UNSERVED' satisfies FeedUnserved['code'];

/** That nobody holds the feed, told at `atMs`. */
export const unservedEvent = (told: Told, atMs: number): StatusEvent => {
  const { code, message } = new FeedUnserved(told.broker);
  return { kind: 'status', ...told, state: 'waiting', atMs, code, message };
};

/** What one `subscribe` asked for: the events of its feeds, through a handler or as an iterator. */
export class Subscriber implements Subscription {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #mailbox: Mailbox;
  readonly #notLive: Set<string>;
  #settleReady: { resolve: () => void; reject: (error: unknown) => void } = { resolve: nothing, reject: nothing };
  #closing: Promise<void> | undefined;
  #taken = false;

  constructor(readonly parts: SubscriberParts) {
    this.#mailbox = new Mailbox(parts.buffer, parts.name);
    this.#notLive = new Set(parts.feeds.map(({ broker, feed }) => `${broker} ${feedText(feed)}`));
    this.ready = new Promise<void>((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(nothing); // not everybody looks at it
    this.ended = parts.handler === undefined ? this.#untilClosed() : this.#serve(parts.handler);
    this.ended.catch(nothing);
  }

  /** An event of one of its feeds. `failure`: what a refusal means. */
  put(feed: string, told: Told, event: RealtimeEvent, failure?: Error): void {
    if (event.kind === 'status' && event.state === 'live') {
      this.#notLive.delete(`${told.broker} ${feed}`);
      if (this.#notLive.size === 0) this.#settleReady.resolve();
    }
    if (event.kind === 'status' && event.state === 'refused')
      this.#settleReady.reject(failure ?? refusalOf(feed, event));
    // It goes on waiting, and whoever waits for it should know for what.
    if (event.kind === 'status' && event.code === unservedCode) this.#settleReady.reject(new FeedUnserved(told.broker));
    if (!this.parts.raw && 'raw' in event) {
      const { raw: _raw, ...rest } = event;
      this.#mailbox.put(feed, told, rest);
    } else this.#mailbox.put(feed, told, event);
  }

  /** The hub ends it. */
  stop(error?: unknown): void {
    this.#settleReady.reject(error ?? new HubClosed());
    this.#mailbox.end(error);
    this.#finish();
  }

  close(): Promise<void> {
    this.#closing ??= this.parts.leave(this).then(() => {
      this.stop();
    });
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<RealtimeEvent> {
    if (this.parts.handler !== undefined || this.#taken) {
      throw new TypeError('the events of this subscription are taken already: a handler or one iterator has them');
    }
    this.#taken = true;
    try {
      for (let event = await this.#mailbox.next(); event !== undefined; event = await this.#mailbox.next()) yield event;
    } finally {
      await this.close();
    }
  }

  #finish: () => void = nothing;

  #untilClosed(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
  }

  async #serve(handler: RealtimeHandler): Promise<void> {
    try {
      for (let event = await this.#mailbox.next(); event !== undefined; event = await this.#mailbox.next()) {
        await handler(event);
      }
    } catch (error) {
      await this.parts.leave(this);
      this.#settleReady.reject(error);
      this.#mailbox.end();
      throw error;
    }
  }
}

/** By the plan for want of a slot, or by the broker in its own words. */
const refusalOf = (feed: string, { code = '', message = '' }: StatusEvent): Error =>
  code === 'HUB_NO_SLOT'
    ? new NoSlot([feed])
    : new FeedInvalid(
        `${feed}: the broker refused it: ${code} ${message}`,
        'Look at the symbol, the venue and the HTS id.',
      );

const nothing = (): void => undefined;

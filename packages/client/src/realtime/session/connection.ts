import type { Budget, Permit } from '../../ledger/contract.js';
import type { AckOutcome, LiveMessage, LiveReader } from '../../broker/live.js';
import { inContinuousTrading } from '../../broker/session.js';
import { isHubError } from '../../error/index.js';
import { linkedSignal } from '../../runtime/linked-signal.js';
import type { LiveSocket, SocketEnd } from '../socket/contract.js';
import { BadFrames } from './bad-frames.js';
import type { Carried, Step } from './carried.js';
import type { ConnectionEnd } from './connection-end.js';
import { feedText } from '../../broker/live.js';
import type { FeedOnSocket } from './feed-on-socket.js';
import { Liveness, liveness } from './liveness.js';
import type { RegistrationStock } from './registration-stock.js';
import type { SessionParts } from './session.js';

export interface ConnectionParts extends SessionParts {
  readonly carried: Carried;
  readonly stock: RegistrationStock;
  /** The secret of this generation was refused. */
  readonly newerThan: number | undefined;
}

/** From the send of a control message to its answer; after that the socket is reset, so that it cannot arrive any more. */
const answerWithinMs = 5_000;
/** Feeds that the broker cannot take now. */
const againAfterMs = 1_000;

interface Pending {
  readonly to: 'login' | 'register' | 'release';
  readonly feeds: readonly FeedOnSocket[];
  readonly permit: Permit;
  readonly disarm: () => void;
}

/** One socket from its permit to its end: login, registrations, frames, silence. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #reader: LiveReader;
  readonly #pending: Pending[] = [];
  readonly #over = new AbortController();
  readonly #bad: BadFrames;
  #socket: LiveSocket | undefined;
  #liveness: Liveness;
  #secret = '';
  #generation = 0;
  #loggedIn = false;
  #why: Omit<ConnectionEnd, 'lastedMs'> | undefined;
  #syncing: Promise<void> | undefined;
  #syncTimer: (() => void) | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#reader = parts.protocol.reader(parts.environment);
    this.#bad = new BadFrames(parts);
    this.#liveness = new Liveness(parts.clock.monotonic());
  }

  /** Resolves when the socket has ended, or none could be had. Rejects only with what keeps this process from trying. */
  async run(signal: AbortSignal): Promise<ConnectionEnd> {
    const { clock, secret, newerThan, carried, protocol } = this.#parts;
    const record = await secret(newerThan, signal);
    this.#secret = record.token;
    this.#generation = record.generation;
    const ended = new Promise<SocketEnd>((resolve) => {
      this.#ended = resolve;
    });
    const failure = await this.#open(signal);
    if (failure !== undefined) return failure;
    const openedAt = clock.monotonic();
    this.#parts.frames?.opened();
    this.#liveness = new Liveness(openedAt);
    const stop = (): void => {
      this.#end({ why: 'stopped', detail: 'given up' });
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const stopLooking = this.#lookAfter();
    this.#loggedIn = protocol.login(this.#secret) === null;
    void this.#begin();
    const { code, reason } = await ended;
    signal.removeEventListener('abort', stop);
    stopLooking();
    this.#over.abort();
    this.#syncTimer?.();
    for (const { disarm } of this.#pending) disarm();
    await this.#syncing;
    carried.interrupted(signal.aborted ? 'handover' : 'disconnect', clock.now());
    const said = reason === '' ? '' : `: ${reason}`;
    const end = this.#why ?? ({ why: 'ended', detail: `the broker ended it, code ${String(code)}${said}` } as const);
    this.#parts.frames?.ended(end.why, end.detail);
    return { lastedMs: clock.monotonic() - openedAt, ...end };
  }

  /** What keeps it from telling all that is wanted, in words. */
  get ailments(): readonly string[] {
    const { clock, carried } = this.#parts;
    if (this.#socket === undefined || this.#over.signal.aborted) return ['the socket is not open'];
    if (!this.#loggedIn) return ['the broker has not acknowledged the login'];
    const silentMs = this.#liveness.silentMs(clock.monotonic());
    if (silentMs === undefined) return ['nothing has come over the socket, not even a ping'];
    if (silentMs > liveness.socketMs)
      return [`nothing has come over the socket for ${String(Math.round(silentMs / 1_000))} s`];
    return carried.unready;
  }

  /** What is wanted has changed. */
  sync(): void {
    if (!this.#loggedIn || this.#over.signal.aborted || this.#socket === undefined) return;
    this.#syncTimer?.();
    this.#syncing ??= this.#syncAll()
      .catch((error: unknown) => {
        if (this.#over.signal.aborted) return; // that is why
        this.#end({ why: 'unreachable', detail: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** Gives a feed back and asks for it again. */
  resubscribe(name: string): void {
    const feed = this.#parts.carried.find(name);
    if (feed?.registration === 'live') this.#revive([feed], this.#parts.clock.monotonic());
  }

  /** Ends the socket in order: the next one is opened when the pauses between them allow it. */
  reconnect(detail: string): void {
    this.#end({ why: 'silent', detail });
  }

  #ended: (end: SocketEnd) => void = () => undefined;

  async #open(signal: AbortSignal): Promise<ConnectionEnd | undefined> {
    const { open, address } = this.#parts;
    const permit = await this.#permit('connect', signal);
    try {
      permit.claim();
      this.#socket = await open(
        address,
        {
          text: (text) => {
            this.#hear(text);
          },
          end: (end) => {
            this.#ended(end);
          },
        },
        signal,
      );
      permit.complete();
      return undefined;
    } catch (error) {
      permit.cancel(); // without effect once it was claimed: its slot is busy until its lease ends
      if (!isHubError(error)) throw error;
      return { lastedMs: 0, why: error.code === 'HUB_FEED_REFUSED' ? 'refused' : 'unreachable', detail: error.message };
    }
  }

  async #begin(): Promise<void> {
    const { protocol } = this.#parts;
    const login = protocol.login(this.#secret);
    try {
      if (login !== null) await this.#ask({ to: 'login', feeds: [], text: login });
      this.sync();
    } catch (error) {
      if (this.#over.signal.aborted) return; // that is why
      this.#end({ why: 'unreachable', detail: error instanceof Error ? error.message : String(error) });
    }
  }

  /** One message after the other, each with a permit; answers are not waited for. */
  async #syncAll(): Promise<void> {
    const { carried, protocol, environment, clock, stock } = this.#parts;
    for (;;) {
      if (this.#over.signal.aborted) return;
      const step = carried.next(protocol, clock.monotonic());
      if (step === undefined) break;
      const feeds = step.to === 'release' ? step.feeds : await this.#withSlots(step, stock);
      if (feeds.length === 0) continue;
      const named = feeds.map(({ feed }) => feed);
      for (const feed of feeds) feed.registration = step.to === 'register' ? 'asked' : 'releasing';
      const text = protocol[step.to](named, this.#secret, environment);
      await this.#ask({ to: step.to, feeds, text });
    }
    if (carried.isEmpty) {
      this.#end({ why: 'stopped', detail: 'nobody wants anything any more' });
      return;
    }
    const at = carried.nextAt;
    if (at === undefined) return;
    this.#syncTimer = clock.after(Math.max(1, at - clock.monotonic()), () => {
      this.sync();
    });
  }

  async #withSlots({ feeds }: Step, stock: RegistrationStock): Promise<FeedOnSocket[]> {
    const able: FeedOnSocket[] = [];
    for (const feed of feeds) {
      if (await stock.take(feed.name)) able.push(feed);
      else feed.notBefore = this.#parts.clock.monotonic() + againAfterMs;
    }
    return able;
  }

  async #ask({ to, feeds, text }: Pick<Pending, 'to' | 'feeds'> & { readonly text: string }): Promise<void> {
    const { clock } = this.#parts;
    const permit = await this.#permit('subscribe', this.#over.signal);
    if (this.#over.signal.aborted) {
      permit.cancel();
      return;
    }
    const leftMs = permit.claim();
    const disarm = clock.after(leftMs, () => {
      this.#end({ why: 'no-answer', detail: `no answer to a ${to} within ${String(answerWithinMs)} ms` }, 'reset');
    });
    this.#pending.push({ to, feeds, permit, disarm });
    this.#socket?.send(text);
  }

  #permit(line: 'connect' | 'subscribe', signal: AbortSignal): Promise<Permit> {
    const { account, broker, rates, ledger, clock } = this.#parts;
    const { value, windowMs } = broker.realtimeLimits[line];
    const budgets: Budget[] = [...broker.budgets(rates(clock.now())), { name: line, limit: value, windowMs }];
    return ledger.acquire({ account, budgets, leaseMs: answerWithinMs, priority: 'realtime', signal });
  }

  #hear(text: string): void {
    const { clock, carried, protocol } = this.#parts;
    const receivedMs = clock.now();
    const monotonic = clock.monotonic();
    this.#liveness.heard(monotonic);
    this.#parts.frames?.text(text, receivedMs);
    const message = this.#reader.read(text, receivedMs);
    if (message.kind === 'records') {
      carried.records(message, receivedMs, monotonic);
      if (message.bad > 0) this.#bad.tell(`${String(message.bad)} of its records cannot be read`);
      return;
    }
    carried.heard(receivedMs);
    if (message.kind === 'ping') {
      this.#socket?.send(message.reply);
      if (protocol.pongsControl) this.#socket?.pong(message.reply);
    } else if (message.kind === 'ack') this.#answered(message, receivedMs, monotonic);
    else if (message.kind === 'system') this.#told(message.outcome, message.code, message.message);
    else {
      carried.damaged(receivedMs);
      this.#bad.tell(message.reason);
    }
  }

  #answered(ack: Extract<LiveMessage, { kind: 'ack' }>, atMs: number, monotonic: number): void {
    const { protocol, carried, account, notify } = this.#parts;
    const name = ack.feed === null ? undefined : feedText(ack.feed);
    const index = protocol.namesFeeds
      ? this.#pending.findIndex(
          ({ to, feeds }) => (ack.to ?? to) === to && (name === undefined || feeds.some((feed) => feed.name === name)),
        )
      : 0;
    const [pending] = index < 0 ? [] : this.#pending.splice(index, 1);
    pending?.disarm();
    pending?.permit.complete();
    const { code, message } = ack;
    for (const feed of pending?.feeds ?? []) {
      if (ack.outcome === 'done') {
        if (pending?.to === 'register') carried.registered(feed, atMs, monotonic);
        else this.#released(feed, atMs);
      } else if (ack.outcome === 'full') {
        void this.#full(feed);
      } else if (ack.outcome === 'wrong' && pending?.to === 'register') {
        void this.#parts.stock.give(feed.name);
        carried.refused(feed, atMs, { code, message });
      } else {
        feed.registration = pending?.to === 'release' ? 'live' : 'none';
        feed.notBefore = monotonic + againAfterMs;
      }
    }
    if (ack.outcome !== 'done') notify({ kind: 'feed-refused', account, code, message });
    if (pending?.to === 'login' && ack.outcome === 'done') this.#loggedIn = true;
    else if (pending?.to === 'login' && ack.outcome === 'wrong')
      this.#end({ why: 'refused', detail: `${code} ${message}` });
    this.#told(ack.outcome, code, message);
    this.sync();
  }

  #released(feed: FeedOnSocket, atMs: number): void {
    void this.#parts.stock.give(feed.name);
    this.#parts.carried.released(feed, atMs);
  }

  /** The broker lets this key have fewer than we thought: everybody learns it, and the plan moves what is too much. */
  async #full(feed: FeedOnSocket): Promise<void> {
    const { carried, ledger, account, broker, clock } = this.#parts;
    feed.registration = 'none';
    feed.notBefore = clock.monotonic() + 10 * againAfterMs;
    void this.#parts.stock.give(feed.name);
    const limit = Math.max(1, carried.live.length);
    await ledger
      .narrow(account, { name: 'registration', limit: broker.realtimeLimits.registration.value, windowMs: 0 }, limit)
      .catch(() => undefined); // the feed is asked for again, and refused again
  }

  /** What an answer or a message means for the whole session. */
  #told(outcome: AckOutcome, code: string, message: string): void {
    const detail = `${code} ${message}`;
    if (outcome === 'in-use') this.#end({ why: 'in-use', detail });
    else if (outcome === 'stale-key') this.#end({ why: 'stale-key', detail, staleGeneration: this.#generation });
    else if (outcome === 'closed') this.#end({ why: 'ended', detail });
  }

  #end(why: Omit<ConnectionEnd, 'lastedMs'>, how: 'close' | 'reset' = 'close'): void {
    this.#why ??= why;
    this.#over.abort();
    this.#socket?.[how]();
  }

  #lookAfter(): () => void {
    const { clock, carried } = this.#parts;
    const stop = linkedSignal([this.#over.signal]);
    const look = (): void => {
      if (stop.signal.aborted) return;
      const now = clock.monotonic();
      const trading = inContinuousTrading(clock.now());
      for (const feed of this.#liveness.quiet(now, carried.live, trading)) carried.quiet(feed, clock.now());
      const ailment = this.#liveness.look(now, carried.live, trading);
      if (ailment.kind === 'dead') {
        this.#end({ why: 'silent', detail: `nothing came for ${String(Math.round(ailment.silentMs))} ms` }, 'reset');
        return;
      }
      if (ailment.kind === 'silent') this.#revive(ailment.feeds, now);
      disarm = clock.after(liveness.everyMs, look);
    };
    let disarm = clock.after(liveness.everyMs, look);
    return () => {
      disarm();
      stop.release();
    };
  }

  /** Registered and silent while others are not: given back and asked for again. */
  #revive(feeds: readonly FeedOnSocket[], now: number): void {
    const { carried, clock } = this.#parts;
    for (const feed of feeds) {
      const silentMs = now - (feed.heardAt ?? feed.registeredAt);
      carried.silent(feed, clock.now() - silentMs, clock.now());
      feed.revived += 1;
    }
    this.sync();
  }
}

import { RedisRefused } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Protocol } from './contract.js';
import type { Beat, BeatReply, SlotReply, SlotRequest, SlotStore } from './store-contract.js';
import { momentOf, type Moment } from './safe-share.js';
import { ServerClock } from './server-clock.js';

type Dated<T> = Omit<T, 'member' | 'notAfter'>;

/**
 * What a member says to the store, as far as the store may take it for a sign of life. Each word is dated, so that one that
 * arrives late changes nothing, and it is remembered when the last one left and when the last one that was heard did.
 */
export class Voice {
  readonly #serverClock = new ServerClock();
  /** Sent, and neither heard nor lost nor refused yet; in order. */
  readonly #underWay = new Set<Moment>();
  #lastSettled: Moment | undefined;
  #lastHeard: Moment | undefined;

  constructor(
    private readonly parts: {
      readonly account: string;
      readonly member: string;
      readonly store: SlotStore;
      readonly clock: Clock;
      readonly protocol: Protocol;
    },
  ) {}

  /** The last word that may have been heard. */
  get lastSent(): Moment | undefined {
    return [...this.#underWay].at(-1) ?? this.#lastSettled;
  }

  /** When the last word that was acknowledged left. */
  get lastHeard(): Moment | undefined {
    return this.#lastHeard;
  }

  /** A slow round trip, and how much later than meant a word may have been heard (ms). */
  get uncertaintyMs(): number {
    return this.#serverClock.uncertaintyMs;
  }

  /** Another server has another clock. */
  forgetClock(): void {
    this.#serverClock.forget();
  }

  ask(request: Dated<SlotRequest>): Promise<SlotReply> {
    const { store, account, member } = this.parts;
    return this.#say((notAfter) => store.acquire(account, { ...request, member, ...notAfter }));
  }

  /** Until it is heard: a stale one is said again, by what its reply told of the server's clock. Undefined: unknown there. */
  async beat(beat: Dated<Beat>): Promise<Extract<BeatReply, { kind: 'heard' }> | undefined> {
    const { store, account, member } = this.parts;
    for (;;) {
      const reply = await this.#say((notAfter) => store.heartbeat(account, { ...beat, member, ...notAfter }));
      if (reply.kind === 'heard') return reply;
      if (reply.kind === 'unknown') return undefined;
    }
  }

  async #say<T extends { readonly kind: string; readonly at: number }>(
    word: (notAfter: { readonly notAfter?: number }) => Promise<T>,
  ): Promise<T> {
    const { clock, protocol } = this.parts;
    const sent = momentOf(clock);
    this.#underWay.add(sent);
    const latest = this.#serverClock.latest(sent.monotonic);
    const reply = await word(latest === undefined ? {} : { notAfter: latest + protocol.validMs }).then(
      (said) => {
        this.#settle(sent);
        return said;
      },
      (error: unknown) => {
        // A server that refuses every write has not heard it, and may go on refusing for long.
        if (error instanceof RedisRefused && error.changedNothing) this.#underWay.delete(sent);
        else this.#settle(sent);
        throw error;
      },
    );
    if (reply.kind === 'stale') this.#serverClock.forget();
    this.#serverClock.note(reply.at, sent.monotonic, clock.monotonic());
    if (reply.kind === 'granted' || reply.kind === 'heard') this.#lastHeard = sent;
    return reply;
  }

  #settle(sent: Moment): void {
    this.#underWay.delete(sent);
    if (sent.monotonic >= (this.#lastSettled?.monotonic ?? -Infinity)) this.#lastSettled = sent;
  }
}

import { feedText, type Feed, type LiveRecord } from '../../broker/live.js';
import { kstDayNumber } from '../../broker/kst.js';
import type { BrokerName } from '../../broker/contract.js';
import type { GapCause, GapEvent, Told } from '../contract.js';
import type { StoredFeed } from '../feed-store.js';
import { VolumeWatch, type VolumeVerdict } from './volume-watch.js';

interface OpenGap {
  readonly id: string;
  readonly sinceMs: number;
  readonly cause: GapCause;
}

/** How far a feed is with its registration on the socket that is open. */
export type Registration = 'none' | 'asked' | 'live' | 'releasing' | 'refused';

/** One feed that a session carries: its registration, what it has been told, and what is missing. Instants: UTC epoch ms. */
export class FeedOnSocket {
  readonly name: string;
  registration: Registration = 'none';
  /** Whether somebody wants it still. */
  wanted = true;
  /** Whether somebody wants to see the records as they came. */
  raw: boolean;
  /** What the broker said when it refused it. */
  refusal: string | undefined;
  /** It is to be given back and asked for again. */
  renew = false;
  /** It is not asked for again before that (monotonic). */
  notBefore = -Infinity;
  /** When it was registered last (monotonic). */
  registeredAt = -Infinity;
  /** When something was told of it last (monotonic); undefined: nothing since it was registered. */
  heardAt: number | undefined;
  /** When its last trade was received, UTC epoch ms. */
  lastTradeMs: number | undefined;
  /** Its last trade that newcomers know of. */
  toldTradeMs: number | undefined;
  /** The cumulative volume that it told. */
  lastVolume: number | undefined;
  /** When it was registered last. */
  sinceMs = 0;
  /** Longer than usual it has told no trade since then: what was traded may not have come, whatever else came over the socket. */
  quietSinceMs: number | undefined;
  /** A frame that cannot be read arrived then, and no trade has come since. */
  damagedMs: number | undefined;
  /** Mean time between two frames while they come, ms. */
  everyMs: number | undefined;
  /** How often it was registered anew because it was silent, since it was heard. */
  revived = 0;
  #gap: OpenGap | undefined;
  readonly #volume = new VolumeWatch();

  constructor(
    readonly feed: Feed,
    private readonly broker: BrokerName,
    raw: boolean,
  ) {
    this.name = feedText(feed);
    this.raw = raw;
  }

  get told(): Told {
    const { kind, symbol, venue } = this.feed;
    return { broker: this.broker, of: kind, symbol, venue };
  }

  /** As newcomers and the next holder find it; null while it was never live. */
  get stored(): StoredFeed | null {
    if (this.#gap !== undefined) return { state: 'gap', ...this.#gap };
    if (this.sinceMs === 0) return null;
    const quiet = this.quietSinceMs === undefined ? {} : { quietSinceMs: this.quietSinceMs };
    const { lastTradeMs: tradeMs, lastVolume: dayVolume } = this;
    const traded = tradeMs === undefined || dayVolume === undefined ? {} : { tradeMs, dayVolume };
    return { state: 'live', sinceMs: this.sinceMs, ...quiet, ...traded };
  }

  /** When its trades were heard last: until then none is missing that nobody knows of. */
  get provenMs(): number {
    return Math.max(this.lastTradeMs ?? 0, this.sinceMs);
  }

  /** A frame told something of it. */
  heard(monotonic: number): void {
    if (this.heardAt !== undefined) {
      const passed = monotonic - this.heardAt;
      this.everyMs = this.everyMs === undefined ? passed : this.everyMs + (passed - this.everyMs) / 16;
    }
    this.heardAt = monotonic;
    this.revived = 0;
  }

  /** What the holder before has left. */
  adopt(stored: StoredFeed, throughMs: number, cause: GapCause, id: string): void {
    this.#volume.interrupted();
    if (stored.state === 'gap') {
      this.#gap = { id: stored.id, sinceMs: stored.sinceMs, cause: stored.cause };
      return;
    }
    this.sinceMs = stored.sinceMs;
    this.quietSinceMs = stored.quietSinceMs;
    this.interrupt(throughMs, cause, id);
  }

  /** As it was when somebody wrote it down. */
  resume(
    stored: StoredFeed | null,
    { wanted, raw, registration }: Pick<FeedOnSocket, 'wanted' | 'raw' | 'registration'>,
  ): void {
    this.wanted = wanted;
    this.raw = raw;
    this.registration = registration;
    if (stored === null) return;
    this.sinceMs = stored.sinceMs;
    if (stored.state === 'live') this.quietSinceMs = stored.quietSinceMs;
    if (stored.state === 'gap') this.#gap = { id: stored.id, sinceMs: stored.sinceMs, cause: stored.cause };
  }

  /** What comes after `throughMs` may be missing. Undefined where a gap is open already, or nothing was promised yet. */
  interrupt(throughMs: number, cause: GapCause, id: string): GapEvent | undefined {
    const wasLive = this.sinceMs > 0;
    this.registration = 'none';
    this.renew = false;
    this.#volume.interrupted();
    const quietSinceMs = this.quietSinceMs;
    this.quietSinceMs = undefined;
    this.damagedMs = undefined;
    if (!wasLive || this.#gap !== undefined) return undefined;
    // What came over the socket proves nothing for a feed that was quiet.
    this.#gap = { id, sinceMs: quietSinceMs ?? Math.max(throughMs, this.sinceMs), cause };
    return this.gapEvent(null);
  }

  /** It is registered: the broker tells everything from `atMs` on. The gap that this closes. */
  live(atMs: number, monotonic: number): GapEvent | undefined {
    const closed = this.close(atMs);
    this.registration = 'live';
    this.sinceMs = atMs;
    this.heardAt = undefined;
    this.registeredAt = monotonic;
    return closed;
  }

  /** The gap that is open ends. */
  close(atMs: number): GapEvent | undefined {
    const closed = this.#gap === undefined ? undefined : this.gapEvent(Math.max(atMs, this.#gap.sinceMs));
    this.#gap = undefined;
    return closed;
  }

  gapEvent(untilMs: number | null): GapEvent | undefined {
    if (this.#gap === undefined) return undefined;
    return { kind: 'gap', ...this.told, ...this.#gap, untilMs };
  }

  /** Whether a record is to be handed on, and what its volume says. */
  see(record: LiveRecord, receivedMs: number): ReturnType<VolumeWatch['see']> {
    if (record.kind !== 'trade') return { kind: 'next' };
    return this.#volume.see(kstDayNumber(record.atMs ?? receivedMs), record.dayVolume, record.size);
  }

  /** What is missing before a trade with that verdict. */
  gapBefore(verdict: VolumeVerdict, receivedMs: number): Omit<GapEvent, keyof Told | 'kind' | 'id'> | undefined {
    if (verdict.kind === 'break') {
      const sinceMs = Math.min(this.lastTradeMs ?? receivedMs, receivedMs);
      return { sinceMs, untilMs: receivedMs, cause: 'volume', missing: verdict.missing };
    }
    if (verdict.kind !== 'first' || !verdict.passed || this.quietSinceMs === undefined) return undefined;
    // It was quiet until it was registered anew: nobody has compared what it tells now with what it told before.
    const wasMute = this.quietSinceMs < this.sinceMs;
    if (!wasMute && this.damagedMs === undefined) return undefined;
    // The broker tells everything since the registration that this trade came with, and what could be read of it has come.
    const untilMs = Math.max(this.sinceMs, this.damagedMs ?? 0);
    return { sinceMs: this.quietSinceMs, untilMs, cause: wasMute ? 'silent' : 'volume' };
  }
}

import { Peaks } from '../../limit/window.js';
import type { BrokerName } from '../house.js';

/** What the WebSocket of one broker saw. */
export interface LiveCounters {
  /** Sockets that were opened. */
  readonly connects: number;
  /** Refused with HTTP 403, or let in and then given no session: OPSP8996, a refused login, a banned key. */
  readonly refusedConnects: number;
  /** Messages that register, release or log in, refused ones included. */
  readonly controls: number;
  /** Sessions that the broker ended by itself: R10001, R10002, R10004, missed pings, a wrong login id. */
  readonly kicks: number;
  readonly bans: number;
  /** Most sockets alive at one time that had named the same key. */
  readonly maxSockets: number;
  /** Most registrations of one session. */
  readonly maxRegistrations: number;
  /** Most REST arrivals (those that count against the quota) and control messages of one key within any 1000 ms. */
  readonly maxCombined: number;
  /** Most connects of one key within any 60 s. A socket counts once it names its key. */
  readonly maxConnectsPerMinute: number;
}

/**
 * One feed of one session. What was sent follows from it: the trades whose second lies behind that of `fromMs`, up to
 * and with that of `toMs`.
 */
export interface LiveRegistration {
  readonly broker: BrokerName;
  /** First 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
  /** KIS `tr_id`, Kiwoom `type`. */
  readonly tr: string;
  /** KIS `tr_key`, Kiwoom `item`; `*` for the login id of notices. */
  readonly key: string;
  /** Epoch ms of the simulator's clock. */
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
  /** From here on it was registered and mute. */
  readonly silentFromMs: number | null;
  /** Records that went out, damaged ones included. */
  readonly sent: number;
  /** Records that went out in damaged frames. */
  readonly garbled: number;
}

/** Why a session with feeds ended. */
export type OutageCause = 'client' | 'fault' | 'kick' | 'ban';

/** From the end of a session that had feeds until its key has registered all of them again. */
export interface LiveOutage {
  readonly broker: BrokerName;
  readonly keyId: string;
  readonly cause: OutageCause;
  readonly from: number;
  /** Null while some are missing. */
  readonly to: number | null;
  /** How many feeds were lost. */
  readonly feeds: number;
}

/** Newest last; both lists are bounded, and their entries lose nothing. */
export interface LiveRecords {
  readonly registrations: readonly LiveRegistration[];
  readonly outages: readonly LiveOutage[];
}

/** A registration that is being written. */
export type OpenRegistration = { -readonly [Name in keyof LiveRegistration]: LiveRegistration[Name] };

interface OpenOutage extends LiveOutage {
  to: number | null;
  readonly missing: Set<string>;
}

const counters = () => ({
  connects: 0,
  refusedConnects: 0,
  controls: 0,
  kicks: 0,
  bans: 0,
  maxSockets: 0,
  maxRegistrations: 0,
});

const MINUTE_MS = 60_000;

/** The live part of the journal. */
export class LiveBook {
  readonly #capacity: number;
  readonly #counters = { kis: counters(), kiwoom: counters() };
  readonly #combined = { kis: new Peaks(), kiwoom: new Peaks() };
  readonly #connects = { kis: new Peaks(MINUTE_MS), kiwoom: new Peaks(MINUTE_MS) };
  #registrations: OpenRegistration[] = [];
  #outages: OpenOutage[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  count(broker: BrokerName, what: 'connects' | 'refusedConnects' | 'controls' | 'kicks' | 'bans'): void {
    this.#counters[broker][what] += 1;
  }

  /** A REST arrival or a control message of a key. */
  combined(broker: BrokerName, keyId: string, at: number): void {
    this.#combined[broker].add(keyId, at);
  }

  /** A socket has named its key; `alive` sockets have named the same. */
  named(broker: BrokerName, keyId: string, at: number, alive: number): void {
    this.#connects[broker].add(keyId, at);
    this.#counters[broker].maxSockets = Math.max(this.#counters[broker].maxSockets, alive);
  }

  /** A feed was registered; `held` = registrations of its session. */
  registered(
    broker: BrokerName,
    feed: Pick<LiveRegistration, 'keyId' | 'tr' | 'key'>,
    at: number,
    held: number,
  ): OpenRegistration {
    this.#counters[broker].maxRegistrations = Math.max(this.#counters[broker].maxRegistrations, held);
    const entry = { broker, ...feed, fromMs: at, toMs: null, silentFromMs: null, sent: 0, garbled: 0 };
    this.#registrations.push(entry);
    if (this.#registrations.length >= this.#capacity * 2) {
      this.#registrations = this.#registrations.slice(-this.#capacity);
    }
    for (const outage of this.#outages) {
      if (outage.to !== null || outage.broker !== broker || outage.keyId !== feed.keyId) continue;
      outage.missing.delete(`${feed.tr}|${feed.key}`);
      if (outage.missing.size === 0) outage.to = at;
    }
    return entry;
  }

  /** A session ended with these feeds. */
  lost(feeds: readonly LiveRegistration[], cause: OutageCause, at: number): void {
    const [first] = feeds;
    if (first === undefined) return;
    const { broker, keyId } = first;
    const missing = new Set(feeds.map(({ tr, key }) => `${tr}|${key}`));
    this.#outages.push({ broker, keyId, cause, from: at, to: null, feeds: feeds.length, missing });
    if (this.#outages.length >= this.#capacity * 2) this.#outages = this.#outages.slice(-this.#capacity);
  }

  countersOf(broker: BrokerName): LiveCounters {
    return {
      ...this.#counters[broker],
      maxCombined: this.#combined[broker].most,
      maxConnectsPerMinute: this.#connects[broker].most,
    };
  }

  read(): LiveRecords {
    return {
      registrations: this.#registrations.slice(-this.#capacity).map((entry) => ({ ...entry })),
      outages: this.#outages.slice(-this.#capacity).map(({ missing, ...outage }) => outage),
    };
  }
}

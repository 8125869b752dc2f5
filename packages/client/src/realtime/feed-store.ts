import type { Priority } from '../ledger/contract.js';
import type { Environment } from '../request/contract.js';
import type { GapEvent } from './contract.js';
import type { Plan } from './subscription/planner.js';

/** Where live feeds of one broker and environment meet: `kis:real`; `kis:real@host:port` where it is reached elsewhere. */
export type Pool = string;

/** Of a pool. */
export const environmentOf = (pool: Pool): Environment => (/^\w+:paper\b/.test(pool) ? 'paper' : 'real');

/** One consumer's want of one feed. */
export interface Want {
  /** As `feedText` names it. */
  readonly feed: string;
  /** Names whoever wants it among all that read. */
  readonly consumer: string;
  readonly priority: Priority;
  readonly raw: boolean;
  /** Says who that is, where it shows one; told to processes with keys alone. */
  readonly token?: string;
}

/** What all processes know of a pool. Instants are those of the server, UTC epoch ms. */
export interface PoolView {
  readonly now: number;
  readonly wants: readonly Want[];
  /** Keys that some live process can open a socket with, and how many registrations each may have. */
  readonly keys: ReadonlyMap<string, number>;
  /** Who can open those sockets; one that has said nothing for a while is still listed. */
  readonly contenders: readonly Contender[];
  /** Hand-overs that are under way, by key. */
  readonly takeovers: ReadonlyMap<string, Takeover>;
  /** Feeds that stay mute, and what was asked for them, by feed. */
  readonly ladders: ReadonlyMap<string, FeedLadder>;
  readonly plan: Plan;
}

/** One process that can open the socket of one key. */
export interface Contender {
  readonly keyId: string;
  /** `host:pid#…`, see `processOf`. */
  readonly name: string;
  /** Registrations that it believes the key may have. */
  readonly room: number;
  /** Whether it asks whoever wants something for a token. */
  readonly guards: boolean;
  /** Since it said so last, ms: every second as a rule. */
  readonly silentMs: number;
}

/**
 * The wish that a session goes from its holder to another process. `asked`: who is ready? `accepted`: one is, the holder may let
 * go. `yielding`: it does, and nobody but that one may begin. Ends by itself at `untilMs`, whatever became of those who take part.
 */
export interface Takeover {
  readonly id: string;
  readonly state: 'asked' | 'accepted' | 'yielding';
  /** Of the session that is to go. */
  readonly generation: number;
  readonly from: string;
  /** Who is to have it; '' while anybody may say that it is ready. */
  readonly to: string;
  readonly reason: string;
  /** Server time. */
  readonly untilMs: number;
  /** Who cannot, and why. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** What is tried for a feed that stays mute, one after the other. */
export type LadderStep = 'resubscribe' | 'reconnect' | 'switch-key' | 'alert';

/**
 * How far the help for a feed that stays mute has come. Sentinels write it, each change from the one before; the holder of the
 * socket does what the step says, once. Ends by itself at `untilMs`.
 */
export interface FeedLadder {
  /** Counts its changes. */
  readonly version: number;
  /** `suspected`: it is mute, and it is being found out whether anything is missing. */
  readonly step: 'suspected' | LadderStep;
  /** When the step was taken, by the clock of whoever took it. */
  readonly atMs: number;
  /** Key whose socket carried it then. */
  readonly keyId: string;
  /** Its last trade before it fell mute, by the holder's clock; null: none since it was registered. */
  readonly heardMs: number | null;
  /** Since when it is mute. */
  readonly mutedMs: number;
  /** Steps before this one, and why some were passed over. */
  readonly tried: readonly string[];
  /** When a broker was asked last since this step whether it was traded meanwhile, and the cumulative volume that it told. */
  readonly askedMs?: number;
  readonly dayVolume?: number;
  /** The socket was opened anew for another feed, so long before. */
  readonly joinedMs?: number;
  /** Server time: of the last change, and when it is forgotten. */
  readonly setMs: number;
  readonly untilMs: number;
}

/** What is known of a ladder before the server has it. */
export type NextLadder = Omit<FeedLadder, 'version' | 'setMs' | 'untilMs' | 'joinedMs'>;

/** What a process with keys says of itself. */
export interface OwnKeys extends Pick<Contender, 'name' | 'guards'> {
  /** Registrations that each key may have. */
  readonly rooms: ReadonlyMap<string, number>;
}

/** What somebody does about a hand-over. `yield`: its holder; `accept` and `refuse`: another one; `withdraw`: whoever asked. */
export type TakeoverStep =
  | { readonly do: 'accept' | 'refuse'; readonly name: string; readonly why?: string }
  | { readonly do: 'yield' | 'withdraw' };

/** What is stored of the session of one key. Instants are UTC epoch ms; 0 where there is none. */
export interface StoredSession {
  readonly keyId: string;
  /** Counts the holders; 0: there was none. */
  readonly generation: number;
  /** Who holds it, or did last. */
  readonly holder: string;
  /** When it began, by the server's clock. */
  readonly sinceMs: number;
  /** When the last message of the broker came, by the holder's clock. */
  readonly throughMs: number;
  /** It has ended by itself, and nobody has begun since. */
  readonly ended: boolean;
  /** The last deliberate hand-over. */
  readonly handedOver: { readonly from: string; readonly reason: string; readonly atMs: number } | undefined;
  readonly feeds: ReadonlyMap<string, StoredFeed>;
}

/** What is stored of one feed of a session. */
export type StoredFeed =
  /**
   * `quietSinceMs`: longer than usual it has told no trade since then, and what was traded may not have come. `tradeMs`, `dayVolume`:
   * of the last trade when this was written, seconds ago at most while it trades.
   */
  | {
      readonly state: 'live';
      readonly sinceMs: number;
      readonly quietSinceMs?: number;
      readonly tradeMs?: number;
      readonly dayVolume?: number;
    }
  | { readonly state: 'gap'; readonly id: string; readonly sinceMs: number; readonly cause: GapEvent['cause'] };

/** One process begins to hold the session of a key: what its predecessor left. */
export interface Beginning {
  readonly generation: number;
  /** Of the last batch in the stream; 0 when there is none. */
  readonly seq: number;
  /** Up to then the predecessor had published what it received; 0 when there was none. */
  readonly throughMs: number;
  /** Whether it ended by itself. */
  readonly handedOver: boolean;
  readonly feeds: ReadonlyMap<string, StoredFeed>;
}

/** What is published at once. */
export interface Batch {
  readonly generation: number;
  /** 1 after the batch before, over all generations. */
  readonly seq: number;
  /** Everything that was received until then is in it or before it; UTC epoch ms of the holder. */
  readonly throughMs: number;
  /** Events, as JSON. */
  readonly body: string;
  /** Feeds whose state changed; null: no longer registered. */
  readonly feeds: Readonly<Record<string, StoredFeed | null>>;
  /** To be kept for whoever fills holes. */
  readonly gaps: readonly GapEvent[];
}

/** A batch as it is read. */
export interface ReadBatch extends Pick<Batch, 'generation' | 'seq' | 'throughMs' | 'body'> {
  /** Where to go on reading. */
  readonly id: string;
}

/** Where one reader stands in the stream of one key. */
export interface StreamState {
  readonly keyId: string;
  readonly lastId: string;
  readonly generation: number;
  readonly seq: number;
  readonly throughMs: number;
  readonly feeds: ReadonlyMap<string, StoredFeed>;
}

/**
 * What processes share about live feeds. Every promise rejects with HUB_REDIS_… when the server is away; wants and keys then
 * stay for `wantLeaseMs`.
 */
export interface FeedStore {
  /** All that this consumer wants now; what it wanted before and does not any more is given back. */
  want(pool: Pool, consumer: string, wants: readonly Omit<Want, 'consumer'>[], token?: string): Promise<void>;
  /** Says which keys this process can open sockets with, where it has any, and tells what is known. */
  look(pool: Pool, own?: OwnKeys): Promise<PoolView>;
  /** Takes the plan unless another one was taken meanwhile. */
  replan(pool: Pool, plan: Plan, readVersion: number): Promise<boolean>;
  /** `aside`: the session is on its way to another process. */
  begin(pool: Pool, keyId: string, holder: string): Promise<Beginning | 'aside'>;
  /**
   * A batch that is there already is left as it is. Nothing is stored where another process has begun (`superseded`), nor where
   * the server has forgotten the batch before (`forgotten`), unless it is forced.
   */
  publish(pool: Pool, keyId: string, batch: Batch, force?: boolean): Promise<'stored' | 'superseded' | 'forgotten'>;
  /** Keeps a gap that no session tells; of one id the first stays. */
  keepGap(pool: Pool, gap: GapEvent): Promise<void>;
  /** The holder ends by itself. */
  end(pool: Pool, keyId: string, generation: number): Promise<void>;
  /**
   * Asks that the session of a key goes on; undefined: another holder has begun since `generation`, or somebody else has asked
   * already.
   */
  askTakeover(
    pool: Pool,
    keyId: string,
    wish: Pick<Takeover, 'generation' | 'from' | 'to' | 'reason'>,
  ): Promise<string | undefined>;
  /** Whether the step could be taken: not where the hand-over is over, or is in another state by now. */
  stepTakeover(pool: Pool, keyId: string, id: string, step: TakeoverStep): Promise<boolean>;
  /**
   * Goes on with the ladder of a feed, or ends it (null), from `version` (0: there is none). `joined`: its socket was opened anew a
   * short time ago and is not again; `superseded`: somebody else went on.
   */
  climb(pool: Pool, feed: string, version: number, next: NextLadder | null): Promise<'taken' | 'joined' | 'superseded'>;
  /** What is stored of the sessions of these keys. */
  sessions(pool: Pool, keyIds: readonly string[]): Promise<readonly StoredSession[]>;
  /** The newest gaps of a pool, the newest first, up to `most`. */
  gaps(pool: Pool, most: number): Promise<readonly GapEvent[]>;
  /** Where a newcomer begins to read. */
  states(pool: Pool, keyIds: readonly string[]): Promise<readonly StreamState[]>;
  /** Waits for batches behind these ids, up to `waitMs`. */
  read(
    pool: Pool,
    from: ReadonlyMap<string, string>,
    waitMs: number,
  ): Promise<ReadonlyMap<string, readonly ReadBatch[]>>;
  /** Says to those of this group without keys that `name` holds feeds of a pool for them, until it leaves; for `wantLeaseMs`. */
  serve(group: string, pool: Pool, name: string): Promise<void>;
  leave(group: string, pool: Pool, name: string): Promise<void>;
  /** Pools that are served to a group now, in the order of their names. */
  served(group: string): Promise<readonly Pool[]>;
  /** Calls back when wants, the plan or a hand-over have changed. */
  watch(pool: Pool, changed: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** How long a want or a key stays known without being said again, and how often it is said. */
export const wantLeaseMs = 15_000;
export const wantEveryMs = 4_000;
/** A contender that is well says so every second; one that has been silent for so long is not there, or stands still. */
export const silentAfterMs = 4_000;

/** How long each state of a hand-over lasts at most: it ends by itself, whoever was killed meanwhile. */
export const takeoverMs = { asked: 8_000, accepted: 6_000, yielding: 10_000 } as const;

/** A ladder is forgotten after this: the feed is helped again if it is still mute. */
export const ladderKeptMs = 6 * 3_600_000;
/** Because of mute feeds a socket is opened anew at most so often. */
export const reconnectEveryMs = 5 * 60_000;

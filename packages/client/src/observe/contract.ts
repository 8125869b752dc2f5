import type { Notice } from '../runtime/notice.js';

/** A call as its caller meant it. Holds no parameter, key, token or account. */
export interface CallFacts {
  /** Counts the calls of this hub, from 1: what is told of one call has the same. */
  readonly id: number;
  /** Whether this process makes the call itself, or a worker does. */
  readonly mode: 'direct' | 'service';
  /** `kis` or `kiwoom`. */
  readonly broker: string;
  /** Undefined in service mode: the worker knows. */
  readonly environment: 'real' | 'paper' | undefined;
  /** `https://host:port` that the call goes to; undefined in service mode. */
  readonly origin: string | undefined;
  /** By its name in the catalogue; the TR of a raw call. */
  readonly endpoint: string;
  /** KIS `tr_id`, Kiwoom `api-id`; empty where it is not known. */
  readonly tr: string;
  readonly method: 'GET' | 'POST';
  /** Without the query, which may hold an account. */
  readonly path: string;
  /** Its label, or the name in its token as the worker knows it; undefined where nobody is named. */
  readonly caller: string | undefined;
  /** `order`, `realtime`, `interactive` or `backfill`. */
  readonly priority: string;
}

/** How far it came. */
export interface CallProgress {
  /** Permits that it took: requests that left or were about to. 0 in service mode, and for a read that joined another. */
  readonly attempts: number;
  /** Time that it waited for them, all attempts together, ms. */
  readonly waitMs: number;
  /** From the call to its end, ms. */
  readonly durationMs: number;
  /** The key that it went by last, by its id; undefined when it never got a permit. */
  readonly keyId: string | undefined;
  /** HTTP status of the broker's last answer; undefined when there was none. */
  readonly status: number | undefined;
}

/** A call that got its answer. */
export interface CallAnswered extends CallProgress {
  /** As in the answer and in provenance. */
  readonly requestId: string;
}

/** A call that rejected. */
export interface CallFailed extends CallProgress {
  /** `HUB_…`; HUB_UNEXPECTED for an error that nobody foresaw. */
  readonly code: string;
  /** Without secrets and accounts. */
  readonly message: string;
}

/** Leave to send one request of a call. */
export interface PermitTaken {
  /** First 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
  /** From asking for it to its start, ms. */
  readonly waitMs: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/** An attempt of a call that failed and is to be repeated. */
export interface RetryPlanned {
  /** The one that failed, 1 for the first. */
  readonly attempt: number;
  /** What the call would have ended with. */
  readonly code: string;
  /** Until the next one, ms. */
  readonly waitMs: number;
}

/** One call under the eyes of one watcher. No method may throw. */
export interface CallWatch {
  /** Runs the call with whatever surrounds it. */
  around?<T>(run: () => Promise<T>): Promise<T>;
  permit?(taken: PermitTaken): void;
  /** The broker refused it as one too many. */
  refused?(budget: string): void;
  retry?(planned: RetryPlanned): void;
  answered?(end: CallAnswered): void;
  failed?(end: CallFailed): void;
}

/** Somebody who is told of calls: spans, metrics, channels, a log. */
export interface Watcher {
  /** Undefined: nobody is interested in this call. */
  watch(call: CallFacts): CallWatch | undefined;
  notice?(notice: Notice): void;
}

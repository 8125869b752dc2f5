import type { FeedRequest, Subscription } from '../contract.js';
import type { CaptureFlaw } from './capture-reader.js';

/** What `replay` takes: files or a folder, or both. */
export interface ReplayOptions {
  /** Files as `realtime.captureDir` has them, in any order. */
  readonly files?: readonly string[];
  /** A folder: all of its `.ndjson.gz`. */
  readonly dir?: string;
  /** 1, as unless given: as fast as it was. 10: ten times as fast. `max`: as fast as the consumer takes it. */
  readonly speed?: number | 'max';
  /** Nothing that was received before is told but what held then: feeds that were live, gaps that were open. UTC epoch ms. */
  readonly from?: number;
  /** Nothing that was received from then on is told, UTC epoch ms. */
  readonly to?: number;
  /** All that were captured unless given; without a `broker` those of every broker. */
  readonly feeds?: readonly FeedRequest[];
  /** Adds the record as the broker sent it. False unless given. */
  readonly raw?: boolean;
  /** Ends the replay. */
  readonly signal?: AbortSignal;
}

/** What a replay has done so far. */
export interface ReplayReport {
  /** Files that were read, whole or in part. */
  readonly files: number;
  readonly frames: number;
  readonly events: number;
  /** Messages and records that could not be read; those of encrypted notices are among them. */
  readonly bad: number;
  /** Between the first and the last event, UTC epoch ms; undefined before there is one. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Files that could not be read, or not to their end. */
  readonly flaws: readonly CaptureFlaw[];
}

/** Captured feeds as somebody hears them again. */
export interface Replay extends Subscription {
  /** Resolves when the files are found and readable. Rejects with HUB_CAPTURE_UNREADABLE where none is. */
  readonly ready: Promise<void>;
  readonly report: ReplayReport;
}

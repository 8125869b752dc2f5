import type { BrokerName } from '../../broker/contract.js';
import type { Environment } from '../../request/contract.js';
import type { GapCause } from '../contract.js';
import type { Beginning, StoredFeed } from '../feed-store.js';
import type { Carried, CarriedState } from '../session/carried.js';

/** The format of the lines; whoever changes it takes the next number. */
export const captureVersion = 1;

/** The first line of a file: whose frames these are, and what the session knew when it was begun. */
export interface CaptureHeader {
  readonly v: typeof captureVersion;
  readonly broker: BrokerName;
  readonly environment: Environment;
  readonly keyId: string;
  /** `broker:environment:keyId`; no number of an account. */
  readonly account: string;
  readonly pid: number;
  /** The same in all files of one process and key. */
  readonly run: string;
  /** UTC epoch ms. */
  readonly startedMs: number;
  /** Of the first line behind this one. */
  readonly n: number;
  readonly state: CarriedState;
}

/** What happened beside the frames, so that gaps and states can be told again. */
export type CaptureMark =
  | { readonly kind: 'begin'; readonly beginning: StoredBeginning }
  | { readonly kind: 'want'; readonly feeds: readonly (readonly [name: string, raw: boolean])[] }
  | { readonly kind: 'opened' }
  | { readonly kind: 'ended'; readonly why: string; readonly detail: string }
  | { readonly kind: 'registered'; readonly feed: string }
  | { readonly kind: 'released'; readonly feed: string }
  | { readonly kind: 'refused'; readonly feed: string; readonly code: string; readonly message: string }
  | { readonly kind: 'silent'; readonly feed: string; readonly sinceMs: number }
  | { readonly kind: 'quiet'; readonly feed: string }
  | { readonly kind: 'interrupted'; readonly cause: GapCause }
  | { readonly kind: 'leave' }
  /** Frames that were received and not written: the disk was slower than they came. */
  | { readonly kind: 'dropped'; readonly count: number; readonly sinceMs: number; readonly untilMs: number }
  /** The last line of a file that was ended in order. */
  | { readonly kind: 'closed' };

/** `Beginning` with its feeds as a list. */
export type StoredBeginning = Omit<Beginning, 'feeds'> & {
  readonly feeds: readonly (readonly [name: string, stored: StoredFeed])[];
};

/** One line behind the first: a frame as it came, or a mark. */
export interface CaptureLine {
  /** 1 after the line before, over all files of a run; where it is more, frames were dropped. */
  readonly n: number;
  /** When it was received, or happened; UTC epoch ms of the process that held the socket. */
  readonly t: number;
  readonly f?: string;
  readonly m?: CaptureMark;
}

/** Told by a session of everything that it hears. Never throws, and never waits. */
export interface SessionFrames {
  /** The feeds of the session, watched. */
  readonly carried: Carried;
  /** A socket is open. */
  opened(): void;
  /** Before anything is made of it. `receivedMs`: UTC epoch ms. */
  text(text: string, receivedMs: number): void;
  /** The socket is no more. */
  ended(why: string, detail: string): void;
  /** Resolves when everything is on the disk, or the disk takes too long. */
  close(): Promise<void>;
}

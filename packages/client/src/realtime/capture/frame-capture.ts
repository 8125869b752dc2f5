import { randomBytes } from 'node:crypto';

import type { BrokerName } from '../../broker/contract.js';
import { dayMs, kstMidnightOf } from '../../broker/kst.js';
import type { LiveProtocol } from '../../broker/live.js';
import type { Environment } from '../../request/contract.js';
import { sleep, type Clock } from '../../runtime/clock.js';
import { masking } from '../../runtime/mask.js';
import type { Notify } from '../../runtime/notice.js';
import { CaptureQueue, type CaptureFile, type Lost } from './capture-queue.js';
import { CapturedCarried } from './captured-carried.js';
import { captureVersion, type CaptureHeader, type CaptureMark, type SessionFrames } from './contract.js';
import { openPrivateFile, type OpenSink } from './gzip-file.js';

export interface CaptureParts {
  readonly dir: string;
  readonly broker: BrokerName;
  readonly environment: Environment;
  readonly keyId: string;
  /** `broker:environment:keyId`. */
  readonly account: string;
  readonly protocol: Pick<LiveProtocol, 'withoutSecrets'>;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Of one file, before it is compressed; 256 MB unless given. */
  readonly mostBytes?: number;
  /** Characters that may wait for the disk; 16 million unless given. */
  readonly mostWaiting?: number;
  readonly open?: OpenSink;
  readonly pid?: number;
}

const usual = { mostBytes: 256 * 1_000_000, mostWaiting: 16_000_000 } as const;
/** After a disk that refused: frames until then are dropped. */
const againAfterMs = 10_000;
/** A hub that closes does not wait for ever. */
const closeWithinMs = 2_000;

/**
 * Writes what one session hears, as it came, to files that a replay reads. The feed never waits for it: what the disk does not
 * take in time is dropped, counted and told.
 */
export class FrameCapture implements SessionFrames {
  readonly carried: CapturedCarried;
  readonly #parts: CaptureParts;
  readonly #run = randomBytes(6).toString('hex');
  readonly #queue: CaptureQueue;
  readonly #secrets: string[] = [];
  #masked = masking([]);
  #file: CaptureFile | undefined;
  #fileBytes = 0;
  #dayEndMs = 0;
  #n = 0;
  /** Between `begin` and `leave`: only then is anything to be heard. */
  #holds = false;
  /** No file is begun before that (monotonic). */
  #notBefore = -Infinity;
  #dropped: (Lost & { readonly untilMs: number }) | undefined;
  #droppedInAll = 0;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
    const { broker, environment, keyId, clock, dir, open = openPrivateFile, pid = process.pid } = parts;
    this.carried = new CapturedCarried(broker, keyId, (mark, atMs = clock.now()) => {
      this.#mark(mark, atMs);
    });
    this.#queue = new CaptureQueue({
      ...{ dir, pid, clock, open },
      prefix: `${broker}-${environment}-${keyId}`,
      failed: (file, error, lost) => {
        this.#failed(file, error, lost);
      },
    });
  }

  /** This is never written: the approval key or the token of the session. */
  hide(secret: string): void {
    this.#secrets.push(secret);
    this.#masked = masking(this.#secrets);
  }

  opened(): void {
    this.#mark({ kind: 'opened' }, this.#parts.clock.now());
  }

  text(text: string, receivedMs: number): void {
    if (!this.#holds) return;
    this.#n += 1;
    const room = this.#parts.mostWaiting ?? usual.mostWaiting;
    // Only with half of the room there again, or every second frame would be one that stands alone.
    const full = this.#queue.waiting > (this.#dropped === undefined ? room : room / 2);
    if (full || !this.#ready(receivedMs)) this.#drop(receivedMs);
    else this.#add(receivedMs, { f: this.#masked(this.#parts.protocol.withoutSecrets(text)) });
  }

  ended(why: string, detail: string): void {
    this.#mark({ kind: 'ended', why, detail: this.#masked(detail) }, this.#parts.clock.now());
  }

  async close(): Promise<void> {
    this.#end(this.#parts.clock.now());
    await Promise.race([this.#queue.idle(), sleep(this.#parts.clock, closeWithinMs)]);
  }

  /** Marks are few, and never dropped while there is a file. */
  #mark(mark: CaptureMark, atMs: number): void {
    if (mark.kind === 'begin') this.#holds = true;
    if (!this.#holds) return;
    this.#n += 1;
    if (this.#ready(atMs)) this.#add(atMs, { m: mark });
    if (mark.kind !== 'leave') return;
    this.#holds = false;
    this.#end(atMs);
  }

  /** Whether there is a file to write to: begins the next one where the last is full, or of another day. */
  #ready(atMs: number): boolean {
    const { clock, mostBytes = usual.mostBytes } = this.#parts;
    if (this.#file !== undefined && this.#fileBytes < mostBytes && atMs < this.#dayEndMs) return true;
    if (clock.monotonic() < this.#notBefore) return false;
    this.#end(atMs);
    this.#file = this.#queue.begin(atMs);
    this.#fileBytes = 0;
    this.#dayEndMs = kstMidnightOf(atMs) + dayMs;
    const { broker, environment, keyId, account, pid = process.pid } = this.#parts;
    const header: CaptureHeader = {
      ...{ v: captureVersion, broker, environment, keyId, account, pid },
      ...{ run: this.#run, startedMs: atMs, n: this.#n, state: this.carried.state },
    };
    this.#line(header, atMs);
    return true;
  }

  #add(atMs: number, what: { readonly f: string } | { readonly m: CaptureMark }): void {
    if (this.#dropped !== undefined) {
      const dropped = this.#dropped;
      this.#dropped = undefined;
      this.#line({ n: this.#n, t: atMs, m: { kind: 'dropped', ...dropped } }, atMs);
      this.#n += 1;
    }
    this.#line({ n: this.#n, t: atMs, ...what }, atMs);
  }

  #line(line: object, atMs: number): void {
    if (this.#file === undefined) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#fileBytes += text.length;
    this.#queue.add(this.#file, text, atMs);
  }

  #end(atMs: number): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#line({ n: this.#n, t: atMs, m: { kind: 'closed' } }, atMs);
    this.#file = undefined;
    this.#queue.end(file);
  }

  #drop(receivedMs: number): void {
    this.#lose({ count: 1, sinceMs: receivedMs, untilMs: receivedMs });
    const { account, notify } = this.#parts;
    // A disk that is slow drops thousands: the first ones tell enough.
    if (!Number.isInteger(Math.log10(this.#droppedInAll))) return;
    notify({ kind: 'capture-dropped', account, count: this.#droppedInAll });
  }

  #lose({ count, sinceMs, untilMs }: Lost & { readonly untilMs: number }): void {
    const before = this.#dropped ?? { count: 0, sinceMs };
    this.#dropped = { count: before.count + count, sinceMs: Math.min(before.sinceMs, sinceMs), untilMs };
    this.#droppedInAll += count;
  }

  #failed(file: CaptureFile, error: Error, lost: Lost): void {
    const { account, notify, clock } = this.#parts;
    this.#lose({ ...lost, untilMs: clock.now() });
    if (this.#file === file) this.#file = undefined;
    this.#notBefore = clock.monotonic() + againAfterMs;
    notify({ kind: 'capture-failed', account, message: error.message, forMs: againAfterMs });
  }
}

import { join } from 'node:path';

import type { Clock } from '../../runtime/clock.js';
import { GzipFile, type OpenSink } from './gzip-file.js';

/** What waits longer is lost with a process that is killed: a second, with the time that the disk takes. */
const flushEveryMs = 500;
/** So much is written at once without waiting for more. */
const enoughAtOnce = 256 * 1_024;
const secondMs = 1_000;
/** Other processes and hubs of this one may have begun in the same second. */
const namesTried = 60;

/** One file: what is to be written to it. */
export interface CaptureFile {
  readonly startedMs: number;
  lines: string[];
  /** Of the first of them, UTC epoch ms. */
  sinceMs: number;
  /** Nothing more comes. */
  isEnded: boolean;
  written?: GzipFile;
}

/** Lines that were to be written, and are not. */
export interface Lost {
  readonly count: number;
  /** When the first of them was received, UTC epoch ms. */
  readonly sinceMs: number;
}

export interface QueueParts {
  readonly dir: string;
  /** Of the file names: `<broker>-<env>-<keyId>`. */
  readonly prefix: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly open: OpenSink;
  readonly failed: (file: CaptureFile, error: Error, lost: Lost) => void;
}

/** Writes one file after the other, as fast as the disk takes it. Whoever fills it looks at `waiting`. */
export class CaptureQueue {
  readonly #parts: QueueParts;
  readonly #files: CaptureFile[] = [];
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #disarm: (() => void) | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Characters that are not written yet. */
  get waiting(): number {
    return this.#waiting;
  }

  begin(startedMs: number): CaptureFile {
    const file: CaptureFile = { startedMs, lines: [], sinceMs: startedMs, isEnded: false };
    this.#files.push(file);
    return file;
  }

  add(file: CaptureFile, line: string, atMs: number): void {
    if (file.lines.length === 0) file.sinceMs = atMs;
    file.lines.push(line);
    this.#waiting += line.length;
    if (this.#writing !== undefined) return;
    if (this.#waiting >= enoughAtOnce) this.#write();
    else
      this.#disarm ??= this.#parts.clock.after(flushEveryMs, () => {
        this.#write();
      });
  }

  end(file: CaptureFile): void {
    file.isEnded = true;
    this.#write();
  }

  /** Resolves when everything that was ended is on the disk. */
  async idle(): Promise<void> {
    while (this.#files.some(({ isEnded }) => isEnded)) {
      this.#write();
      await this.#writing;
    }
  }

  #write(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // What came meanwhile travels together.
      if (this.#waiting > 0) {
        this.#disarm ??= this.#parts.clock.after(flushEveryMs, () => {
          this.#write();
        });
      }
    });
  }

  async #writeAll(): Promise<void> {
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      const { lines, sinceMs } = file;
      const text = lines.join('');
      file.lines = [];
      let unwritten = text.length;
      try {
        if (text !== '') await (file.written ??= await this.#open(file)).write(text);
        this.#waiting -= unwritten;
        unwritten = 0;
        if (file.isEnded && file.lines.length === 0) {
          await file.written?.close();
          this.#files.shift();
        } else if (!file.isEnded && this.#waiting < enoughAtOnce) return;
      } catch (error) {
        this.#waiting -= unwritten + file.lines.join('').length;
        this.#files.shift();
        const lost = { count: lines.length + file.lines.length, sinceMs };
        this.#parts.failed(file, error instanceof Error ? error : new Error(String(error)), lost);
      }
    }
  }

  async #open({ startedMs }: CaptureFile): Promise<GzipFile> {
    const { dir, prefix, pid, open } = this.#parts;
    for (let tried = 1; ; tried += 1) {
      const name = `${prefix}-${stamp(startedMs + (tried - 1) * secondMs)}-${String(pid)}.ndjson.gz`;
      try {
        return new GzipFile(await open(join(dir, name)));
      } catch (error) {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        if (!isThere || tried === namesTried) throw error;
      }
    }
  }
}

/** `20261106T010000Z`. */
const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

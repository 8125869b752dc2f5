import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';

import { captureVersion, type CaptureHeader, type CaptureLine } from '../capture/contract.js';

/** Where a file of captured frames could not be read on, and why. What stands before it was read. */
export interface CaptureFlaw {
  readonly file: string;
  /** Bytes of its text, unpacked, that could be read. */
  readonly offset: number;
  /** `truncated`: it was not ended in order, as by a kill; at most its last second is missing. `broken`: anything else. */
  readonly kind: 'truncated' | 'broken';
  readonly why: string;
}

/** The lines of one file, one behind the other. What cannot be read ends it, and is its `flaw`. */
export class CaptureReader {
  #lines: AsyncGenerator<string> | undefined;
  #offset = 0;
  #flaw: CaptureFlaw | undefined;

  constructor(readonly file: string) {}

  /** Known once the last line was read. */
  get flaw(): CaptureFlaw | undefined {
    return this.#flaw;
  }

  /** The first line; undefined where it is no file of captured frames. */
  async header(): Promise<CaptureHeader | undefined> {
    const line = await this.#next();
    if (line === undefined) return undefined;
    if (isHeader(line)) return line;
    this.#break('it does not begin like a file of captured frames');
    await this.close();
    return undefined;
  }

  /** The next line; undefined behind the last one. */
  async line(): Promise<CaptureLine | undefined> {
    const line = await this.#next();
    if (line === undefined) return undefined;
    if (!isLine(line)) {
      this.#break('a line that is none of a capture');
      await this.close();
      return undefined;
    }
    if (line.m?.kind !== 'closed') return line;
    await this.close();
    return undefined;
  }

  async close(): Promise<void> {
    await this.#lines?.return(undefined);
  }

  async #next(): Promise<unknown> {
    if (this.#flaw !== undefined) return undefined;
    this.#lines ??= linesOf(this.file);
    try {
      const next = await this.#lines.next();
      if (next.done === true) {
        this.#flaw = { file: this.file, offset: this.#offset, kind: 'truncated', why: 'it was not ended in order' };
        return undefined;
      }
      const line: unknown = JSON.parse(next.value);
      this.#offset += Buffer.byteLength(next.value) + 1;
      return line;
    } catch (error) {
      this.#break(error instanceof SyntaxError ? 'a line that is no JSON' : textOf(error));
      await this.close();
      return undefined;
    }
  }

  #break(why: string): void {
    this.#flaw ??= { file: this.file, offset: this.#offset, kind: 'broken', why };
  }
}

/** Whole lines: what a process that was killed had begun to write is left out. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  // The end of a file that was cut off is no error: everything before it is good.
  const text = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  source.once('error', (error) => text.destroy(error));
  source.pipe(text).setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    source.destroy();
    text.destroy();
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHeader = (line: unknown): line is CaptureHeader =>
  isRecord(line) &&
  line.v === captureVersion &&
  ['broker', 'environment', 'keyId', 'run'].every((name) => typeof line[name] === 'string') &&
  ['n', 'startedMs'].every((name) => typeof line[name] === 'number') &&
  isRecord(line.state) &&
  Array.isArray(line.state.feeds);

const isLine = (line: unknown): line is CaptureLine =>
  isRecord(line) &&
  typeof line.n === 'number' &&
  typeof line.t === 'number' &&
  (typeof line.f === 'string' || (isRecord(line.m) && typeof line.m.kind === 'string'));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

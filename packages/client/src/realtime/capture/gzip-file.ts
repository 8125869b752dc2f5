import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

/** Opens a file that is not there yet; rejects with EEXIST where it is. */
export type OpenSink = (path: string) => Promise<Writable>;

/** For its owner alone: what a desk looks at is nobody else's business. */
export const openPrivateFile: OpenSink = async (path) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'wx', 0o600);
  return handle.createWriteStream();
};

/** A gzip file that can be read up to the last `write`, whatever becomes of the process after it. */
export class GzipFile {
  readonly #gzip = createGzip();
  readonly #written: Promise<void>;

  constructor(sink: Writable) {
    this.#written = new Promise((resolve, reject) => {
      sink.once('close', resolve);
      sink.once('error', reject);
      this.#gzip.once('error', reject);
    });
    this.#written.catch(() => undefined); // whoever writes next is told
    this.#gzip.pipe(sink);
  }

  /** Resolves when all of it is on its way to the disk. Rejects with what the disk says. */
  write(text: string): Promise<void> {
    const flushed = new Promise<void>((resolve) => {
      this.#gzip.write(text);
      this.#gzip.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    return Promise.race([flushed, this.#written]);
  }

  /** Resolves when the file is whole and closed. Rejects with what the disk says. */
  close(): Promise<void> {
    this.#gzip.end();
    return this.#written;
  }
}

import { readFileSync, statSync } from 'node:fs';

interface Entry<T> {
  readonly stamp: string;
  readonly value: T;
}

/**
 * What was made of a file's text, until the file changes. At most `most` are kept: beyond that all are let go, and made
 * again when they are needed.
 */
export class FileCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  constructor(
    private readonly most: number,
    private readonly make: (filename: string, text: string) => T,
  ) {}

  /** null when the file cannot be read. */
  get(filename: string): T | null {
    try {
      const { mtimeMs, size } = statSync(filename);
      const stamp = `${String(mtimeMs)} ${String(size)}`;
      const known = this.#entries.get(filename);
      if (known?.stamp === stamp) return known.value;
      if (this.#entries.size >= this.most) this.#entries.clear();
      const value = this.make(filename, readFileSync(filename, 'utf8'));
      this.#entries.set(filename, { stamp, value });
      return value;
    } catch {
      return null;
    }
  }
}

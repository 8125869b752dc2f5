import { readFileSync, statSync } from 'node:fs';

import { currentRun } from './run.js';

interface Entry<T> {
  readonly stamp: string;
  readonly value: T;
  /** The last run that has compared the stamp. */
  run: number;
}

/** What was made of a file's text, until the file changes. Of more than `most`, those that nobody asks for are let go. */
export class FileCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  constructor(
    private readonly most: number,
    private readonly make: (filename: string, text: string) => T,
  ) {}

  /** null when the file cannot be read. */
  get(filename: string): T | null {
    const run = currentRun();
    const known = this.#entries.get(filename);
    if (known?.run === run) return this.#keep(filename, known);
    try {
      const { ctimeMs, mtimeMs, size } = statSync(filename);
      const stamp = [ctimeMs, mtimeMs, size].join(' ');
      if (known?.stamp === stamp) {
        known.run = run;
        return this.#keep(filename, known);
      }
      return this.#keep(filename, { stamp, run, value: this.make(filename, readFileSync(filename, 'utf8')) });
    } catch {
      return null;
    }
  }

  /** As the one that was asked for last: a Map remembers the order. */
  #keep(filename: string, entry: Entry<T>): T {
    this.#entries.delete(filename);
    this.#entries.set(filename, entry);
    if (this.#entries.size > this.most) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return entry.value;
  }
}

/** How long what was seen of the disk is believed (ms): a linter runs for seconds, an editor's for days. */
export const believedForMs = 4_000;

let number = 0;
let startedAt = 0;
const linted = new Set<string>();

const begin = (): void => {
  number += 1;
  startedAt = Date.now();
  linted.clear();
};

/**
 * Tells one pass of ESLint over a project from the next: within one, the disk is looked at once. Nobody says when one
 * begins; but a file that is linted again, as in an editor, belongs to a new one.
 */
export const beginFile = (filename: string): void => {
  if (linted.has(filename)) begin();
  linted.add(filename);
};

/** A number that changes when the disk has to be looked at again. */
export const currentRun = (): number => {
  if (Date.now() - startedAt > believedForMs) begin();
  return number;
};

/** Answers about the disk, kept for one run. */
export class RunCache<T extends object | string | null> {
  #run = -1;
  readonly #known = new Map<string, T>();

  get(key: string, make: () => T): T {
    const run = currentRun();
    if (run !== this.#run) this.#known.clear();
    this.#run = run;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}

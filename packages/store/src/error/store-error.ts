/**
 * Every failure that the store raises on purpose. Match `code`: it is part of the contract, while `instanceof` breaks
 * when two copies of this package are loaded.
 */
export abstract class StoreError extends Error {
  /** A literal in each class. */
  abstract readonly code: `HUB_${string}`;
  /** What the reader can do about it, in one line. */
  abstract readonly remedy: string;

  /** The name of its class. */
  override get name(): string {
    return this.constructor.name;
  }

  /** The page about this code, as a path within the repository of the hub. */
  get docs(): string {
    return `docs/errors/${this.code}.md`;
  }
}

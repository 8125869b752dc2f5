/** What every failure of the hub carries, in a form that survives JSON. */
export interface HubErrorJson {
  /** `HUB_…`: one page each in docs/errors. */
  readonly code: string;
  readonly message: string;
  /** What the person in front of the screen can do next, one sentence. */
  readonly remedy: string;
  /** Present only when trying again can help, ms. */
  readonly retryAfterMs?: number;
  /** Present only on errors in a broker's words. */
  readonly brokerCode?: string;
  /** The broker's own Korean text. */
  readonly brokerMessage?: string;
}

/**
 * Base of every failure that the hub raises. Match on `code`, not on the class: two copies of the library in one
 * process break `instanceof`.
 */
export abstract class HubError extends Error {
  /** A literal in each class: `error.code === 'HUB_TIMEOUT'` tells which it is. */
  abstract readonly code: `HUB_${string}`;
  /** What the person in front of the screen can do next, one sentence. */
  abstract readonly remedy: string;
  /** Set only when trying again can help: after so long, ms. */
  readonly retryAfterMs?: number;

  /** The name of its class. */
  override get name(): string {
    return this.constructor.name;
  }

  /** The page about this code, as a path within the repository of the hub. */
  get docs(): string {
    return `docs/errors/${this.code}.md`;
  }

  /** For logs and wires: no stack, no cause. */
  toJSON(): HubErrorJson {
    return {
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** True for errors of any copy of this library, and for the store's: anything with a literal HUB_ code. */
export const isHubError = (error: unknown): error is HubError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('HUB_');

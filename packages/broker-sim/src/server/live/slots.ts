import type { Session } from './session.js';

/** Who holds a key: one session at a time. */
export class Slots {
  readonly #releaseMs: number;
  readonly #holders = new Map<string, Session>();
  readonly #freeAt = new Map<string, number>();

  /** `releaseMs`: how long a key stays taken after its socket broke. */
  constructor(releaseMs: number) {
    this.#releaseMs = releaseMs;
  }

  holder(keyId: string): Session | undefined {
    return this.#holders.get(keyId);
  }

  /** True when the session holds its key from now on, or did already. */
  take(keyId: string, session: Session, at: number): boolean {
    const holder = this.#holders.get(keyId);
    if (holder !== undefined) return holder === session;
    if (at < (this.#freeAt.get(keyId) ?? Number.NEGATIVE_INFINITY)) return false;
    this.#holders.set(keyId, session);
    return true;
  }

  /** Gives the key to the session, whoever holds it. */
  seize(keyId: string, session: Session): void {
    this.#holders.set(keyId, session);
  }

  /** The socket is gone. */
  leave(keyId: string, session: Session, end: { at: number; clean: boolean }): void {
    if (this.#holders.get(keyId) !== session) return;
    this.#holders.delete(keyId);
    this.#freeAt.set(keyId, end.clean ? end.at : end.at + this.#releaseMs);
  }
}

import { isNamed } from '../contender-name.js';
import type { FeedStore, Pool, Takeover } from '../feed-store.js';
import type { Session } from '../session/session.js';

export interface TakeoversParts {
  readonly pool: Pool;
  readonly name: string;
  /** Of the keys that this process has. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly store: Pick<FeedStore, 'stepTakeover'>;
}

/**
 * What this process does when somebody wishes that a session goes to another one: it says whether it is ready for it, lets go of
 * what it holds, or steps aside for whoever is to have it. All of them see the same wish, which ends by itself.
 */
export class Takeovers {
  readonly #parts: TakeoversParts;
  /** The last one of each key that was answered. */
  readonly #answered = new Map<string, string>();

  constructor(parts: TakeoversParts) {
    this.#parts = parts;
  }

  /** `underWay`: by key, as they are now. Rejects like the store. */
  async see(underWay: ReadonlyMap<string, Takeover>): Promise<void> {
    const { sessions } = this.#parts;
    for (const [keyId, session] of sessions) {
      const takeover = underWay.get(keyId);
      if (takeover === undefined) {
        this.#answered.delete(keyId);
        session.stepAside(false);
      } else if (takeover.state === 'asked') {
        // A token may take a minute, and whoever has none has not said that it is ready.
        void this.#answer(keyId, session, takeover).catch(() => undefined);
      } else if (takeover.state === 'accepted') await this.#yield(keyId, session, takeover);
      // Its next holder begins when the ledger lets it; without the others it is the only one to ask.
      else session.stepAside(takeover.to !== this.#parts.name);
    }
  }

  async #answer(keyId: string, session: Session, { id, from, to }: Takeover): Promise<void> {
    const { name, pool, store } = this.#parts;
    if (from === name || (to !== '' && !isNamed(name, to)) || this.#answered.get(keyId) === id) return;
    this.#answered.set(keyId, id);
    const why = await session.inability();
    await store.stepTakeover(pool, keyId, id, why === undefined ? { do: 'accept', name } : { do: 'refuse', name, why });
  }

  async #yield(keyId: string, session: Session, { id, from, generation, to, reason }: Takeover): Promise<void> {
    const { name, pool, store } = this.#parts;
    if (from !== name || session.generation !== generation) return;
    // From here on nobody but `to` may begin: only now the socket may be closed.
    if (!(await store.stepTakeover(pool, keyId, id, { do: 'yield' }))) return;
    session.stepAside(true);
    session.handOver(to, reason);
  }
}

import { identityText, type Identity, type TokenLock, type TokenStore, type VaultEntry } from '../contract.js';
import type { Clock } from '../../runtime/clock.js';

interface Shelf {
  entry: VaultEntry;
  refusedUntil: number;
  cooldownUntil: number;
  locked: boolean;
  readonly watchers: Set<() => void>;
}

/** Tokens and their lock within one process, on its clock: for unit tests of code that uses the hub. */
export const memoryTokenStore = (clock: Clock): TokenStore & TokenLock => {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (identity: Identity): Shelf => {
    const key = identityText(identity);
    let shelf = shelves.get(key);
    if (shelf === undefined) {
      shelf = { entry: { kind: 'none' }, refusedUntil: 0, cooldownUntil: 0, locked: false, watchers: new Set() };
      shelves.set(key, shelf);
    }
    return shelf;
  };
  const announce = (shelf: Shelf): void => {
    for (const changed of shelf.watchers) changed();
  };
  const generationOf = ({ entry }: Shelf): number => {
    if (entry.kind === 'token') return entry.record.generation;
    return entry.kind === 'dead' ? entry.generation : 0;
  };
  return {
    read: async (identity) => {
      const shelf = shelfOf(identity);
      const over = shelf.entry.kind === 'refused' && shelf.refusedUntil <= clock.now();
      return Promise.resolve(over ? { kind: 'none' } : shelf.entry);
    },
    beginIssue: async (identity, cooldownMs) => {
      const shelf = shelfOf(identity);
      const forMs = shelf.cooldownUntil - clock.now();
      if (forMs > 0) return Promise.resolve({ kind: 'wait', forMs });
      shelf.cooldownUntil = clock.now() + cooldownMs;
      return Promise.resolve({ kind: 'go' });
    },
    settleIssue: async (identity, cooldownMs) => {
      shelfOf(identity).cooldownUntil = clock.now() + cooldownMs;
      return Promise.resolve();
    },
    save: async (identity, record, readGeneration) => {
      const shelf = shelfOf(identity);
      if (generationOf(shelf) !== readGeneration) return Promise.resolve(false);
      shelf.entry = { kind: 'token', record };
      announce(shelf);
      return Promise.resolve(true);
    },
    refuse: async (identity, refusal, forMs) => {
      const shelf = shelfOf(identity);
      shelf.entry = { kind: 'refused', refusal };
      shelf.refusedUntil = clock.now() + forMs;
      announce(shelf);
      return Promise.resolve();
    },
    bury: async (identity, generation, until) => {
      const shelf = shelfOf(identity);
      shelf.entry = { kind: 'dead', generation, until };
      announce(shelf);
      return Promise.resolve();
    },
    watch: async (identity, changed) => {
      const { watchers } = shelfOf(identity);
      watchers.add(changed);
      return Promise.resolve(() => {
        watchers.delete(changed);
      });
    },
    tryAcquire: async (identity) => {
      const shelf = shelfOf(identity);
      if (shelf.locked) return Promise.resolve(undefined);
      shelf.locked = true;
      return Promise.resolve(async () => {
        shelf.locked = false;
        return Promise.resolve();
      });
    },
  };
};

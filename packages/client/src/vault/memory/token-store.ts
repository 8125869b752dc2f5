import {
  generationOf,
  identityKey,
  recordOf,
  type ForeignIssue,
  type Identity,
  type Refusal,
  type TokenLock,
  type TokenStore,
  type VaultEntry,
} from '../contract.js';
import type { Clock } from '../../runtime/clock.js';

interface Shelf {
  entry: VaultEntry;
  refusal: { readonly refusal: Refusal; readonly until: number } | undefined;
  cooldownUntil: number;
  cooldownOf: string;
  locked: boolean;
  readonly issues: number[];
  readonly attempts: number[];
  foreign: ForeignIssue | undefined;
  readonly watchers: Set<() => void>;
}

/** Tokens and their lock within one process, on its clock: for unit tests of code that uses the hub. */
export const memoryTokenStore = (clock: Clock): TokenStore & TokenLock => {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (identity: Identity): Shelf => {
    const key = identityKey(identity);
    let shelf = shelves.get(key);
    if (shelf === undefined) {
      shelf = {
        entry: { kind: 'none' },
        refusal: undefined,
        cooldownUntil: 0,
        cooldownOf: '',
        locked: false,
        issues: [],
        attempts: [],
        foreign: undefined,
        watchers: new Set(),
      };
      shelves.set(key, shelf);
    }
    return shelf;
  };
  const announce = (shelf: Shelf): void => {
    for (const changed of shelf.watchers) changed();
  };
  return {
    read: async (identity) => {
      const shelf = shelfOf(identity);
      const { refusal } = shelf;
      const refused = refusal !== undefined && refusal.until > clock.now();
      if (!refused) return Promise.resolve(shelf.entry);
      const standing = recordOf(shelf.entry);
      return Promise.resolve({ kind: 'refused', refusal: refusal.refusal, ...(standing && { standing }) });
    },
    beginIssue: async (identity, cooldownMs, attempt) => {
      const shelf = shelfOf(identity);
      const forMs = shelf.cooldownUntil - clock.now();
      if (forMs > 0) return Promise.resolve({ kind: 'wait', forMs });
      Object.assign(shelf, { cooldownUntil: clock.now() + cooldownMs, cooldownOf: attempt });
      shelf.attempts.push(clock.now());
      return Promise.resolve({ kind: 'go' });
    },
    settleIssue: async (identity, cooldownMs, attempt) => {
      const shelf = shelfOf(identity);
      const until = clock.now() + cooldownMs;
      if (shelf.cooldownOf === attempt || (cooldownMs > 0 && shelf.cooldownUntil < until)) {
        Object.assign(shelf, { cooldownUntil: until, cooldownOf: attempt });
      }
      return Promise.resolve();
    },
    save: async (identity, record, readGeneration) => {
      const shelf = shelfOf(identity);
      if (generationOf(shelf.entry) !== readGeneration) return Promise.resolve(false);
      shelf.entry = { kind: 'token', record };
      shelf.issues.push(clock.now());
      shelf.refusal = undefined;
      announce(shelf);
      return Promise.resolve(true);
    },
    refuse: async (identity, refusal, forMs, readGeneration) => {
      const shelf = shelfOf(identity);
      if (generationOf(shelf.entry) !== readGeneration) return Promise.resolve();
      shelf.refusal = { refusal, until: clock.now() + forMs };
      announce(shelf);
      return Promise.resolve();
    },
    bury: async (identity, generation, until) => {
      const shelf = shelfOf(identity);
      if (generationOf(shelf.entry) !== generation - 1) return Promise.resolve();
      shelf.entry = { kind: 'dead', generation, until };
      shelf.issues.push(clock.now());
      shelf.refusal = undefined;
      announce(shelf);
      return Promise.resolve();
    },
    forget: async (identity, generation, digest) => {
      const shelf = shelfOf(identity);
      const { entry } = shelf;
      if (entry.kind !== 'token' || entry.record.generation !== generation) return Promise.resolve(false);
      shelf.entry = { kind: 'revoked', generation, digest, issuedAt: entry.record.issuedAt };
      announce(shelf);
      return Promise.resolve(true);
    },
    attemptsBetween: async (identity, from, to) =>
      Promise.resolve(shelfOf(identity).attempts.filter((at) => at >= from && at <= to).length),
    noteForeign: async (identity, issue) => {
      shelfOf(identity).foreign = issue;
      return Promise.resolve();
    },
    foreign: async (identity) => Promise.resolve(shelfOf(identity).foreign),
    issuesSince: async (identity, since) =>
      Promise.resolve(shelfOf(identity).issues.filter((at) => at >= since).length),
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

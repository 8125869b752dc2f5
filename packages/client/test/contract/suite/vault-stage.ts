import { afterEach, beforeEach } from 'vitest';

import type { Clock } from '../../../src/runtime/clock.js';
import type { Notice } from '../../../src/runtime/notice.js';
import type { Identity, IssueToken, Purpose, TokenLock, TokenStore, Vault } from '../../../src/vault/contract.js';
import { sharedVault, type VaultTiming } from '../../../src/vault/shared-vault.js';
import { freshKeyId, type World } from '../../support/world.js';

export interface VaultWorld extends World {
  readonly store: TokenStore;
  readonly lock: TokenLock;
}

/** What a vault of one process is made of; what is left out is the world's own. */
export interface VaultParts {
  readonly issue: IssueToken;
  readonly store?: Partial<TokenStore>;
  readonly lock?: TokenLock;
  readonly clock?: Clock;
  readonly timing?: Partial<VaultTiming> | ((purpose: Purpose) => Partial<VaultTiming>);
}

export interface VaultStage {
  readonly world: VaultWorld;
  readonly identity: Identity;
  /** What all vaults of the test said. */
  readonly notices: Notice[];
  /** One more process. Its vault is closed after the test. */
  readonly openVault: (parts: VaultParts) => Vault;
}

export const hourMs = 3_600_000;
const usual: VaultTiming = { renewBeforeMs: 1_000, cooldownMs: 150, issueDeadlineMs: 300, sameTokenMs: 6 * hourMs };

/** Each test of the suite has a stage of its own. */
export const stagePerTest = (make: () => VaultWorld, take: (stage: VaultStage) => void): void => {
  let vaults: Vault[] = [];
  beforeEach(() => {
    const world = make();
    const notices: Notice[] = [];
    vaults = [];
    const openVault = ({ issue, store, lock = world.lock, clock = world.clock, timing = {} }: VaultParts): Vault => {
      const vault = sharedVault({
        store: { ...world.store, ...store },
        lock,
        issue,
        timing: (purpose) => ({ ...usual, ...(typeof timing === 'function' ? timing(purpose) : timing) }),
        clock,
        random: () => 0.5,
        notify: (notice) => notices.push(notice),
        issuer: 'here:1',
      });
      vaults.push(vault);
      return vault;
    };
    take({
      world,
      identity: { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' },
      notices,
      openVault,
    });
  });
  afterEach(() => Promise.all(vaults.map((vault) => vault.close())));
};

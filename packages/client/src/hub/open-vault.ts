import { hostname } from 'node:os';

import type { Send } from '../request/contract.js';
import type { Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import type { Random } from '../runtime/random.js';
import type { RedisPort } from '../runtime/redis.js';
import type { TokenLock, Vault } from '../vault/contract.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { sharedVault } from '../vault/shared-vault.js';
import { issueDeadlineMs, tokenIssuer } from './issue-token.js';
import type { Route } from './route.js';
import { vaultKeysOf, type DirectSettings } from './settings.js';

export interface VaultParts {
  readonly settings: DirectSettings;
  readonly main: RedisPort;
  readonly lock: TokenLock;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
  /** permit → timeout → transport of this broker. */
  readonly send: Send;
}

/** The shared tokens of one broker's keys, and their approval keys where it has such. */
export const openVault = (
  { broker, keys, issuing }: Route,
  { settings, main, lock, clock, random, notify, send }: VaultParts,
): Vault => {
  const issuer = `${hostname()}:${String(process.pid)}`;
  const { renewBeforeMs, timeoutMs } = settings;
  const issuers = new Map(
    keys.map(({ keyId, credentials, rates }) => {
      const budgets = () => broker.budgets(rates(clock.now()));
      return [keyId, tokenIssuer({ broker, credentials, budgets, timeoutMs, clock, send })];
    }),
  );
  return sharedVault({
    store: redisTokenStore({ redis: main, now: () => clock.now(), vaultKeys: vaultKeysOf(settings) }),
    lock,
    timing: (purpose) => ({ renewBeforeMs, issueDeadlineMs, ...(issuing[purpose] ?? issuing.rest) }),
    issue: async (identity, signal) => {
      const issue = issuers.get(identity.keyId);
      if (issue === undefined) throw new Error(`${broker.name}: a token of key ${identity.keyId} was not to be issued`);
      return issue(identity, signal);
    },
    clock,
    random,
    notify,
    issuer,
  });
};

import type { BrokerName } from '../broker/contract.js';
import { kstDay, kstMidnight } from '../broker/kst.js';
import { systemClock } from '../runtime/clock.js';
import { redisPort } from '../runtime/redis.js';
import { identityText, type Identity, type VaultEntry } from '../vault/contract.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { vaultKeysOf, type DirectSettings } from './settings.js';

/** What the vault holds for one key of these settings; never the token itself. Instants are UTC epoch ms. */
export type TokenState = {
  readonly account: string;
  /** Tokens of this key that were issued since midnight in Korea, to all processes together. */
  readonly issuesToday: number;
} & (
  | {
      readonly state: 'present';
      readonly generation: number;
      readonly issuedBy: string;
      readonly issuedAt: number;
      readonly expiresAt: number;
      /** From then on the next process that needs it asks for a new one. */
      readonly renewsAt: number;
    }
  | { readonly state: 'refused'; readonly brokerCode: string; readonly brokerMessage: string }
  | { readonly state: 'dead'; readonly until: number }
  | { readonly state: 'none' }
);

/**
 * Looks the shared tokens of a broker's keys up without asking it, in the order of the settings. Rejects with
 * HUB_REDIS_UNREACHABLE or HUB_VAULT_KEY.
 */
export const tokenStates = async (settings: DirectSettings, broker: BrokerName): Promise<readonly TokenState[]> => {
  const setUp = settings[broker];
  if (setUp === undefined) return [];
  const { environment, keys } = setUp;
  const redis = redisPort({
    role: 'main',
    url: settings.redis.main,
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  });
  const today = kstMidnight(kstDay(systemClock.now())) ?? 0;
  try {
    const store = redisTokenStore({
      redis,
      issuer: 'doctor',
      now: () => systemClock.now(),
      vaultKeys: vaultKeysOf(settings),
    });
    return await Promise.all(
      keys.map(async ({ keyId }): Promise<TokenState> => {
        const identity: Identity = { broker, environment, keyId, purpose: 'rest' };
        const [entry, issuesToday] = await Promise.all([store.read(identity), store.issuesSince(identity, today)]);
        return { account: identityText(identity), issuesToday, ...stateOf(entry, settings.renewBeforeMs) };
      }),
    );
  } finally {
    await redis.close();
  }
};

const stateOf = (entry: VaultEntry, renewBeforeMs: number) => {
  switch (entry.kind) {
    case 'token': {
      const { generation, issuedBy, issuedAt, expiresAt } = entry.record;
      const renewsAt = expiresAt - renewBeforeMs;
      return { state: 'present' as const, generation, issuedBy, issuedAt, expiresAt, renewsAt };
    }
    case 'refused': {
      const { brokerCode, brokerMessage } = entry.refusal;
      return { state: 'refused' as const, brokerCode, brokerMessage };
    }
    case 'dead':
      return { state: 'dead' as const, until: entry.until };
    case 'none':
      return { state: 'none' as const };
  }
};

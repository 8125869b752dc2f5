import type { BrokerName } from '../broker/contract.js';
import { kstDay, kstMidnight } from '../broker/kst.js';
import { systemClock } from '../runtime/clock.js';
import { redisPort } from '../runtime/redis.js';
import { identityText, type ForeignIssue, type Identity, type Purpose, type VaultEntry } from '../vault/contract.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { routesOf } from './route.js';
import { vaultKeysOf, type DirectSettings } from './settings.js';

/** What the vault holds for one key of these settings; never the token itself. Instants are UTC epoch ms. */
export type TokenState = {
  /** `broker:environment:keyId`. */
  readonly account: string;
  /** `websocket`: the approval key of KIS, listed once somebody has asked for one. */
  readonly purpose: Purpose;
  /** The last trace of somebody outside the hub who asks for tokens of this key, of two days. */
  readonly foreign?: ForeignIssue;
  /** Tokens of this key that were issued since midnight in Korea, to all processes together. */
  readonly issuesToday: number;
} & (
  | {
      readonly state: 'present';
      /** Counts the tokens of this key, from 1. */
      readonly generation: number;
      /** The process that asked for it, `host:pid`. */
      readonly issuedBy: string;
      readonly issuedAt: number;
      readonly expiresAt: number;
      /** From then on the next process that needs it asks for a new one. */
      readonly renewsAt: number;
    }
  /** The broker would not issue one; nobody asks it again for a minute. The code is empty where it gave none. */
  | { readonly state: 'refused'; readonly brokerCode: string; readonly brokerMessage: string }
  /** It hands out a token that it rejects (HUB_TOKEN_DEAD); nobody asks it before `until`. */
  | { readonly state: 'dead'; readonly until: number }
  /** By `revokeToken`. */
  | { readonly state: 'revoked'; readonly generation: number }
  | { readonly state: 'none' }
);

/**
 * Looks the shared tokens of a broker's keys up without asking it, in the order of the settings; none for a broker that is
 * not set up. Rejects with HUB_REDIS_UNREACHABLE, HUB_REDIS_REFUSED or HUB_VAULT_KEY.
 */
export const tokenStates = async (settings: DirectSettings, broker: BrokerName): Promise<readonly TokenState[]> => {
  const route = routesOf(settings).find((each) => each.broker.name === broker);
  if (route === undefined) return [];
  const { environment } = route.settings;
  const purposes: readonly Purpose[] = route.issuing.websocket === undefined ? ['rest'] : ['rest', 'websocket'];
  const identities = route.keys.flatMap(({ keyId }) =>
    purposes.map((purpose): Identity => ({ broker, environment, keyId, purpose })),
  );
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
      now: () => systemClock.now(),
      vaultKeys: vaultKeysOf(settings),
    });
    const states = await Promise.all(
      identities.map(async (identity): Promise<TokenState> => {
        const [entry, issuesToday, foreign] = await Promise.all([
          store.read(identity),
          store.issuesSince(identity, today),
          store.foreign(identity),
        ]);
        return {
          account: identityText(identity),
          purpose: identity.purpose,
          issuesToday,
          ...(foreign === undefined ? {} : { foreign }),
          ...stateOf(entry, settings.renewBeforeMs),
        };
      }),
    );
    return states.filter(({ purpose, state }) => purpose === 'rest' || state !== 'none');
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
    case 'revoked':
      return { state: 'revoked' as const, generation: entry.generation };
    case 'none':
      return { state: 'none' as const };
  }
};

import { randomUUID } from 'node:crypto';

import type { BrokerName } from '../broker/contract.js';
import { TokenRejected } from '../error/index.js';
import { withPermit } from '../request/with-permit.js';
import { withRetry } from '../request/with-retry.js';
import { withTimeout } from '../request/with-timeout.js';
import { httpTransport } from '../request/transport.js';
import { systemClock } from '../runtime/clock.js';
import { silent } from '../runtime/notice.js';
import { systemRandom } from '../runtime/random.js';
import { redisPort } from '../runtime/redis.js';
import { identityText, recordOf, type Identity, type TokenRecord } from '../vault/contract.js';
import { tokenDigest } from '../vault/digest.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { openLedger } from './open-ledger.js';
import { notSetUp, routesOf, type KeyRoute, type Route } from './route.js';
import { vaultKeysOf, type DirectSettings } from './settings.js';

/** What became of it. `account`: `broker:environment:keyId`. */
export type RevokedToken = { readonly account: string } & (
  | {
      readonly revoked: true;
      /** Which token it was: they are counted per key, from 1. */
      readonly generation: number;
      /** False: a newer token had been stored meanwhile, and was left alone. */
      readonly forgotten: boolean;
    }
  /** No token of this key is stored. */
  | { readonly revoked: false }
);

/**
 * Revokes the shared token of one key at its broker, and forgets it; the next process that needs one asks for a new one
 * after the cooldown. Spends a permit. Never done by the hub itself: for hours the broker may hand the same token out
 * again (KIS, 6 h: comments in the official samples, 2026-07-09, official), which is HUB_TOKEN_DEAD then. Rejects with
 * HUB_CONFIG for a key that is not set up, with HUB_REDIS_… or HUB_VAULT_KEY when the stored token cannot be read, and with
 * what ends calls (HUB_BROKER_…, HUB_TIMEOUT, HUB_LEDGER_LOST).
 */
export const revokeToken = async (
  settings: DirectSettings,
  { broker, keyId }: { readonly broker: BrokerName; readonly keyId: string },
): Promise<RevokedToken> => {
  const route = routesOf(settings).find((each) => each.broker.name === broker);
  const key = route?.keys.find((each) => each.keyId === keyId);
  if (route === undefined || key === undefined) throw notSetUp(broker);
  const identity: Identity = { broker, environment: route.settings.environment, keyId, purpose: 'rest' };
  const account = identityText(identity);
  const timing = {
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  };
  const redis = redisPort({ role: 'main', url: settings.redis.main, ...timing });
  const vaultKeys = vaultKeysOf(settings);
  const store = redisTokenStore({ redis, now: () => systemClock.now(), vaultKeys });
  try {
    const record = recordOf(await store.read(identity));
    if (record === undefined) return { account, revoked: false };
    await askToRevoke(settings, { route, key, identity, record });
    const forgotten = await store.forget(identity, record.generation, tokenDigest(record.token));
    return { account, revoked: true, generation: record.generation, forgotten };
  } finally {
    await redis.close();
  }
};

interface Revocation {
  readonly route: Route;
  readonly key: KeyRoute;
  readonly identity: Identity;
  readonly record: TokenRecord;
}

/** One call through the quota. A token that the broker knows no more is as good as revoked. */
const askToRevoke = async (settings: DirectSettings, { route, key, identity, record }: Revocation): Promise<void> => {
  const { broker } = route;
  const { credentials, rates } = key;
  const clock = systemClock;
  const quota = openLedger({
    url: settings.redis.gatekeeper,
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  });
  const transport = httpTransport(route.settings.baseUrl, clock);
  const send = withRetry({ retries: 0, clock, random: systemRandom, notify: silent })(
    withPermit(quota.ledger)(withTimeout(clock)(transport.send)),
  );
  try {
    await send({
      requestId: randomUUID(),
      endpoint: 'a revocation',
      tr: '',
      // A second one of the same token does no harm.
      replayable: true,
      inquiry: 'hub tokens',
      candidates: [
        {
          identity,
          budgets: broker.budgets(rates(clock.now())),
          secrets: [credentials.appKey, credentials.appSecret, record.token],
          encode: () => broker.encodeRevoke(credentials, record.token),
        },
      ],
      priority: 'order',
      signal: new AbortController().signal,
      timeoutMs: settings.timeoutMs,
      decode: (response) => {
        broker.decodeRevoke(response);
        return {};
      },
    });
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error;
  } finally {
    await transport.close();
    await quota.close();
  }
};

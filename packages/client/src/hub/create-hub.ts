import { hostname } from 'node:os';

import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { redisSlotStore } from '../ledger/redis/slot-store.js';
import { sharedLedger } from '../ledger/shared-ledger.js';
import type { Send } from '../request/contract.js';
import { httpTransport } from '../request/transport.js';
import { withPermit } from '../request/with-permit.js';
import { withRetry } from '../request/with-retry.js';
import { withTimeout } from '../request/with-timeout.js';
import { withFreshestToken, withToken } from '../request/with-token.js';
import { systemClock, type Clock } from '../runtime/clock.js';
import { silent, type Notify } from '../runtime/notice.js';
import { systemRandom, type Random } from '../runtime/random.js';
import { redisPort } from '../runtime/redis.js';
import type { Identity } from '../vault/contract.js';
import { redlockTokenLock } from '../vault/redis/token-lock.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { sharedVault } from '../vault/shared-vault.js';
import { Hub } from './hub.js';
import { issueDeadlineMs, tokenIssuer } from './issue-token.js';
import { settingsOf, type HubOptions } from './settings.js';

/** What tests and programs may replace. */
export interface HubEffects {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of everything that makes a call take its time: holds, token waits, retries. */
  readonly notify?: Notify;
}

/**
 * The only way out to a broker. Validates the settings (one HUB_CONFIG lists every problem) and remembers them; the
 * first call opens the connections. Close it, or declare it with `await using`.
 */
export const createHub = (options: HubOptions = {}, effects: HubEffects = {}): Hub => {
  const settings = settingsOf(options, effects.env ?? process.env);
  const clock = effects.clock ?? systemClock;
  const random = effects.random ?? systemRandom;
  const notify = effects.notify ?? silent;
  const issuer = `${hostname()}:${String(process.pid)}`;
  const identity: Identity = {
    broker: kis.name,
    environment: settings.kis.environment,
    keyId: settings.kis.keyId,
    purpose: 'rest',
  };
  const credentials = { appKey: settings.kis.appKey, appSecret: settings.kis.appSecret };
  const budgets = kis.budgets(settings.kis.perSecond);

  const timing = {
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  };
  const main = redisPort({ role: 'main', url: settings.redis.main, ...timing });
  const gatekeeper = redisPort({ role: 'gatekeeper', url: settings.redis.gatekeeper, ...timing });
  const ledger = sharedLedger({ store: redisSlotStore(gatekeeper), clock, notify });
  const transport = httpTransport(settings.kis.baseUrl, clock);
  const permitted = withPermit(ledger);
  const timed = withTimeout(clock)(transport.send);

  const vault = sharedVault({
    store: redisTokenStore({
      redis: main,
      issuer,
      now: () => clock.now(),
      ...(settings.vaultKey === undefined ? {} : { vaultKey: settings.vaultKey }),
    }),
    lock: redlockTokenLock(main),
    timing: {
      renewBeforeMs: settings.renewBeforeMs,
      cooldownMs: settings.kis.tokenCooldownMs,
      issueDeadlineMs,
      sameTokenMs: kisLimits.sameTokenMs.value,
    },
    issue: tokenIssuer({
      broker: kis,
      credentials,
      budgets,
      timeoutMs: settings.timeoutMs,
      clock,
      send: permitted(timed),
    }),
    clock,
    random,
    notify,
    issuer,
  });

  // The order is the design: a retry pays for a new permit, and the token is there before the permit is asked for.
  const send: Send = withRetry({ retries: settings.retries, clock, random, notify })(
    withToken(vault)(permitted(withFreshestToken(vault)(timed))),
  );

  return new Hub({
    settings,
    identity,
    credentials,
    budgets,
    send,
    clock,
    close: async () => {
      for (const redis of [main, gatekeeper]) redis.drain();
      await Promise.all([ledger.close(), vault.close()]);
      await Promise.all([transport.close(), main.close(), gatekeeper.close()]);
    },
  });
};

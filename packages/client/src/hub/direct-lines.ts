import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { usualPriority, type BrokerName, type Endpoint, type Params } from '../broker/contract.js';
import { CallInvalid, HubClosed } from '../error/index.js';
import type { Ledger } from '../ledger/contract.js';
import { redisSlotStore } from '../ledger/redis/slot-store.js';
import { sharedLedger } from '../ledger/shared-ledger.js';
import type { Send } from '../request/contract.js';
import { httpTransport } from '../request/transport.js';
import { withLeave } from '../request/with-leave.js';
import { withPermit } from '../request/with-permit.js';
import { withRetry } from '../request/with-retry.js';
import { withTimeout } from '../request/with-timeout.js';
import { withFreshestToken, withToken } from '../request/with-token.js';
import type { Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import type { Random } from '../runtime/random.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import type { Identity } from '../vault/contract.js';
import { redlockTokenLock } from '../vault/redis/token-lock.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { sharedVault } from '../vault/shared-vault.js';
import type { Perform } from './broker-calls.js';
import { withinDeadline } from './deadline.js';
import { issueDeadlineMs, tokenIssuer } from './issue-token.js';
import type { Lines } from './lines.js';
import { notSetUp, routesOf, type Route } from './route.js';
import type { DirectSettings } from './settings.js';

export interface Effects {
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
}

/** Calls that this process makes itself: token, permit, request. Opens its connections with the first call. */
export const directLines = (settings: DirectSettings, effects: Effects): Lines => {
  const timing = {
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  };
  const main = redisPort({ role: 'main', url: settings.redis.main, ...timing });
  const gatekeeper = redisPort({ role: 'gatekeeper', url: settings.redis.gatekeeper, ...timing });
  const ledger = sharedLedger({ store: redisSlotStore(gatekeeper), clock: effects.clock, notify: effects.notify });
  const end = new AbortController();
  const lines = new Map<BrokerName, ReturnType<typeof directLine>>();
  for (const route of routesOf(settings)) {
    lines.set(route.broker.name, directLine(route, { settings, effects, main, ledger, ended: end.signal }));
  }
  return {
    mode: 'direct',
    brokers: [...lines.keys()],
    filled: (broker) => lines.get(broker)?.filled ?? [],
    perform: (broker) => lines.get(broker)?.perform ?? (() => Promise.reject(notSetUp(broker))),
    close: async () => {
      end.abort(new HubClosed());
      for (const redis of [main, gatekeeper]) redis.drain();
      await Promise.all([ledger.close(), ...[...lines.values()].map((line) => line.close())]);
      await Promise.all([main.close(), gatekeeper.close()]);
    },
  };
};

interface Shared {
  readonly settings: DirectSettings;
  readonly effects: Effects;
  readonly main: RedisPort;
  readonly ledger: Ledger;
  readonly ended: AbortSignal;
}

const directLine = (route: Route, { settings, effects, main, ledger, ended }: Shared) => {
  const { broker, credentials, rates, account } = route;
  const { environment, keyId, baseUrl, tokenCooldownMs } = route.settings;
  const { clock, random, notify } = effects;
  const identity: Identity = { broker: broker.name, environment, keyId, purpose: 'rest' };
  const issuer = `${hostname()}:${String(process.pid)}`;
  const transport = httpTransport(baseUrl, clock);
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
      cooldownMs: tokenCooldownMs,
      issueDeadlineMs,
      sameTokenMs: route.sameTokenMs,
    },
    issue: tokenIssuer({
      broker,
      credentials,
      budgets: broker.budgets(rates),
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
    withToken(vault)(permitted(withFreshestToken(vault)(withLeave(clock)(timed)))),
  );

  const perform: Perform = async ({ endpoint, page, options }) => {
    if (ended.aborted) throw new HubClosed();
    checkEnvironment(endpoint, environment);
    const params = { ...fitting(endpoint, account), ...page.params };
    return withinDeadline({ endpoint: endpoint.name, ...options }, { ended, clock }, (signal) =>
      send({
        requestId: randomUUID(),
        endpoint: endpoint.name,
        tr: endpoint.tr[environment] ?? '',
        replayable: endpoint.replayable,
        inquiry: endpoint.inquiry,
        identity,
        budgets: broker.budgets(rates, endpoint),
        priority: options.priority ?? usualPriority(endpoint),
        signal,
        timeoutMs: options.timeoutMs ?? settings.timeoutMs,
        secrets: Object.values(credentials),
        ...(options.beforeSend === undefined ? {} : { beforeSend: options.beforeSend }),
        encode: (token) =>
          broker.encode({ endpoint, environment, credentials, page: { params, cursor: page.cursor }, token }),
        decode: (response) => broker.decode(endpoint.name, response),
      }),
    );
  };

  return {
    perform,
    filled: Object.keys(account),
    close: async () => {
      await vault.close();
      await transport.close();
    },
  };
};

const checkEnvironment = ({ name, tr }: Endpoint, environment: 'real' | 'paper'): void => {
  if (tr[environment] !== null) return;
  throw new CallInvalid(`${name} is not offered for ${environment} trading`, 'Use a key of the real environment.');
};

const fitting = ({ required }: Endpoint, account: Params): Params =>
  Object.fromEntries(Object.entries(account).filter(([name]) => required.includes(name)));

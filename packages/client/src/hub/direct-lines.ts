import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import type { Broker, BrokerName, Credentials, Endpoint, Params, Rates } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { CallInvalid, CallTimeout, ConfigInvalid, HubClosed } from '../error/index.js';
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
import { linkedSignal } from '../runtime/linked-signal.js';
import type { Notify } from '../runtime/notice.js';
import type { Random } from '../runtime/random.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import type { Identity } from '../vault/contract.js';
import { redlockTokenLock } from '../vault/redis/token-lock.js';
import { redisTokenStore } from '../vault/redis/token-store.js';
import { sharedVault } from '../vault/shared-vault.js';
import type { CallOptions, Perform } from './broker-calls.js';
import { issueDeadlineMs, tokenIssuer } from './issue-token.js';
import type { Lines } from './lines.js';
import type { DirectSettings } from './settings.js';

export interface Effects {
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
}

/** One broker as this process reaches it. */
interface Route {
  readonly broker: Broker;
  readonly settings: {
    readonly environment: 'real' | 'paper';
    readonly keyId: string;
    readonly baseUrl: string;
    readonly tokenCooldownMs: number;
  };
  readonly credentials: Credentials;
  readonly rates: Rates;
  readonly sameTokenMs: number;
  /** Parameters of the account that the user has set once. */
  readonly account: Params;
}

const routesOf = ({ kis: kisSettings, kiwoom: kiwoomSettings }: DirectSettings): Route[] => {
  const routes: Route[] = [];
  if (kisSettings !== undefined) {
    const { appKey, appSecret, perSecond, account } = kisSettings;
    routes.push({
      broker: kis,
      settings: kisSettings,
      credentials: { appKey, appSecret },
      rates: { total: perSecond },
      sameTokenMs: kisLimits.sameTokenMs.value,
      account: accountParams(account),
    });
  }
  if (kiwoomSettings !== undefined) {
    const { appKey, secretKey, perSecond, totalPerSecond } = kiwoomSettings;
    routes.push({
      broker: kiwoom,
      settings: kiwoomSettings,
      credentials: { appKey, appSecret: secretKey },
      rates: { total: totalPerSecond, perTr: perSecond },
      sameTokenMs: kiwoomLimits.sameTokenMs.value,
      account: {}, // that of the token
    });
  }
  return routes;
};

/** An account number is 8 + 2 digits (official samples): CANO and ACNT_PRDT_CD. */
const accountParams = (account: string | undefined): Params =>
  account === undefined ? {} : { CANO: account.slice(0, 8), ACNT_PRDT_CD: account.slice(-2) };

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
    perform: (broker) => lines.get(broker)?.perform ?? notSetUp(broker),
    close: async () => {
      end.abort(new HubClosed());
      for (const redis of [main, gatekeeper]) redis.drain();
      await Promise.all([ledger.close(), ...[...lines.values()].map((line) => line.close())]);
      await Promise.all([main.close(), gatekeeper.close()]);
    },
  };
};

const notSetUp =
  (broker: BrokerName): Perform =>
  () => {
    const prefix = `HUB_${broker.toUpperCase()}`;
    const keys = broker === 'kis' ? 'APP_KEY and APP_SECRET' : 'APP_KEY and SECRET_KEY';
    return Promise.reject(
      new ConfigInvalid(
        [`${broker} is not set up: ${broker}.appKey (${prefix}_APP_KEY) is missing`],
        `Set ${prefix}_${keys.replace('and ', `and ${prefix}_`)}.`,
      ),
    );
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
    return withinDeadline(endpoint.name, options, ended, clock, (signal) =>
      send({
        requestId: randomUUID(),
        endpoint: endpoint.name,
        tr: endpoint.tr[environment] ?? '',
        replayable: endpoint.replayable,
        inquiry: endpoint.inquiry,
        identity,
        budgets: broker.budgets(rates, endpoint),
        priority: options.priority ?? 'interactive',
        signal,
        timeoutMs: options.timeoutMs ?? settings.timeoutMs,
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

/** Runs with a signal that aborts with the caller's, at the end of the hub, and at the deadline: HUB_TIMEOUT then. */
const withinDeadline = async <T>(
  endpoint: string,
  { signal, deadlineMs }: CallOptions,
  ended: AbortSignal,
  clock: Clock,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = new AbortController();
  const disarm =
    deadlineMs === undefined
      ? undefined
      : clock.after(deadlineMs, () => {
          deadline.abort(new CallTimeout(endpoint, deadlineMs, { whole: true }));
        });
  const link = linkedSignal([ended, deadline.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    return await run(link.signal);
  } catch (error) {
    throw deadline.signal.aborted && isAborted(error) ? deadline.signal.reason : error;
  } finally {
    disarm?.();
    link.release();
  }
};

/** An order that had left stays HUB_OUTCOME_UNKNOWN, whatever ended the waiting for its answer. */
const isAborted = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'HUB_ABORTED';

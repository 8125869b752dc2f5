import { randomUUID } from 'node:crypto';

import { usualPriority, type BrokerName, type Endpoint } from '../broker/contract.js';
import { CallInvalid, HubClosed } from '../error/index.js';
import type { Ledger } from '../ledger/contract.js';
import { CircuitBreaker } from '../circuit/circuit-breaker.js';
import { memoryCircuitStore } from '../circuit/memory/circuit-store.js';
import { redisCircuitStore } from '../circuit/redis/circuit-store.js';
import { Coalescer } from '../coalesce/coalescer.js';
import { redisRoundStore } from '../coalesce/redis/round-store.js';
import type { Answer, Call, Candidate, Send } from '../request/contract.js';
import { KeyHealth } from '../request/key-health.js';
import { questionOf } from '../request/question.js';
import { httpTransport } from '../request/transport.js';
import { withCircuit, withOpenCheck, withOutcome } from '../request/with-circuit.js';
import { withCoalescing } from '../request/with-coalescing.js';
import { withLeave } from '../request/with-leave.js';
import { withOtherKeys } from '../request/with-other-keys.js';
import { withPermit } from '../request/with-permit.js';
import { withRetry } from '../request/with-retry.js';
import { withWaitTold } from '../request/with-wait-told.js';
import { withTimeout } from '../request/with-timeout.js';
import { withFreshestToken, withToken } from '../request/with-token.js';
import type { Clock } from '../runtime/clock.js';
import { accountsIn } from '../runtime/mask.js';
import type { Notify } from '../runtime/notice.js';
import type { Random } from '../runtime/random.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';
import { admit } from '../service/admission.js';
import { isCallerToken } from '../service/caller-token.js';
import type { TokenLock } from '../vault/contract.js';
import { redlockTokenLock } from '../vault/redis/token-lock.js';
import type { CallRequest, Perform } from './broker-calls.js';
import { shareOf, withCallerShare } from './caller.js';
import { callerKeysOf } from './caller-keys.js';
import { withinDeadline } from './deadline.js';
import { openGatekeeper } from './gatekeeper.js';
import { filledBy, keysFor, paramsBy } from './key-choice.js';
import type { Lines } from './lines.js';
import { orderHash, type Hashed } from './order-hash.js';
import { accountsOf } from './quota-line.js';
import { openRealtime } from './open-realtime.js';
import { openVault } from './open-vault.js';
import { notSetUp, routesOf, type KeyRoute, type Route } from './route.js';
import type { DirectSettings } from './settings.js';

export interface Effects {
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
  /** Of a KST day; every weekday where it is left out. */
  readonly isTradingDay?: ((day: string) => boolean) | undefined;
}

/** Calls that this process makes itself: token, permit, request. Opens its connections with the first call. */
export const directLines = (settings: DirectSettings, effects: Effects): Lines => {
  const timing = {
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
  };
  const main = redisPort({ role: 'main', url: settings.redis.main, ...timing });
  const voters = (settings.lockUrls ?? []).map((url) => redisPort({ role: 'lock', url, ...timing }));
  const lock = redlockTokenLock(voters.length === 0 ? [main] : voters);
  const gatekeeper = openGatekeeper({ url: settings.redis.gatekeeper, ...timing, ...effects });
  const { ledger } = gatekeeper;
  const breaker = breakerOf(settings, gatekeeper.redis, effects);
  const end = new AbortController();
  const coalescer = new Coalescer<Answer>({ store: redisRoundStore(main), clock: effects.clock });
  const lines = new Map<BrokerName, ReturnType<typeof directLine>>();
  const routes = routesOf(settings);
  const callerKeys = callerKeysOf(settings);
  for (const route of routes) {
    lines.set(
      route.broker.name,
      directLine(route, { settings, effects, main, lock, ledger, breaker, coalescer, ended: end.signal }),
    );
  }
  const realtime = openRealtime(routes, {
    settings,
    ledger,
    callerKeys,
    vaultOf: (broker) => lines.get(broker)?.vault,
    ...effects,
  });
  return {
    mode: 'direct',
    brokers: [...lines.keys()],
    filled: (broker, keyId) => lines.get(broker)?.filled(keyId) ?? [],
    quota: { ledger, accounts: () => Promise.resolve(accountsOf(routes, effects.clock.now())) },
    admit: (call) => admit(call, callerKeys, effects.clock.now()),
    caller: settings.caller,
    place: (broker) => {
      const there = routes.find((route) => route.broker.name === broker)?.settings;
      return there && { environment: there.environment, origin: there.baseUrl };
    },
    realtime,
    perform: (broker) => lines.get(broker)?.perform ?? (() => Promise.reject(notSetUp(broker))),
    close: async () => {
      await realtime.close();
      end.abort(new HubClosed());
      for (const redis of [main, gatekeeper, ...voters]) redis.drain();
      await Promise.all([gatekeeper.close(), coalescer.close(), ...[...lines.values()].map((line) => line.close())]);
      await Promise.all([main, ...voters].map((redis) => redis.close()));
    },
  };
};

const breakerOf = (settings: DirectSettings, redis: RedisPort, { clock, notify }: Effects): CircuitBreaker => {
  const { circuitFailures: failures, circuitPauseMs: pauseMs, circuitLongestPauseMs: longestPauseMs } = settings;
  const policy = { failures, pauseMs, longestPauseMs };
  const fallback = memoryCircuitStore(clock, policy);
  return new CircuitBreaker({ store: redisCircuitStore(redis, policy), fallback, policy, clock, notify });
};

interface Shared {
  readonly settings: DirectSettings;
  readonly effects: Effects;
  readonly main: RedisPort;
  readonly lock: TokenLock;
  readonly ledger: Ledger;
  readonly breaker: CircuitBreaker;
  readonly coalescer: Coalescer<Answer>;
  readonly ended: AbortSignal;
}

const directLine = (route: Route, { settings, effects, main, lock, ledger, breaker, coalescer, ended }: Shared) => {
  const { broker, keys } = route;
  const { environment, baseUrl, keyCooldownMs } = route.settings;
  const { clock, random, notify } = effects;
  const transport = httpTransport(baseUrl, clock);
  const permitted = withPermit(ledger);
  const timed = withTimeout(clock)(withOutcome(breaker)(transport.send));

  const vault = openVault(route, { settings, main, lock, clock, random, notify, send: permitted(timed) });

  const health = new KeyHealth({
    broker: broker.name,
    keyIds: keys.map(({ keyId }) => keyId),
    cooldownMs: keyCooldownMs,
    clock,
    notify,
  });

  const retried = withRetry({ retries: settings.retries, clock, random, notify });

  // The order is the design: a retry pays for a new permit, and the token is there before the permit is asked for.
  const send: Send = withCoalescing(coalescer)(
    retried(
      withOtherKeys(health)(
        withCircuit(breaker)(
          withToken({ vault, health, clock })(
            withWaitTold(clock)(permitted)(withOpenCheck(breaker)(withFreshestToken(vault)(withLeave(clock)(timed)))),
          ),
        ),
      ),
    ),
  );

  /** The hash of an order is a read without a token. */
  const hashing = retried(withCircuit(breaker)(permitted(withOpenCheck(breaker)(timed))));

  /** Whoever is asked about an account, or for the next page of what a key began, matters. */
  const questionIn = ({ endpoint, page, options: { keyId } }: CallRequest, able: readonly KeyRoute[]): string => {
    const { name, tr } = endpoint;
    const keyIds = broker.ofAccount(endpoint) ? able.map((key) => key.keyId) : keyId === undefined ? [] : [keyId];
    return questionOf({
      broker: broker.name,
      environment,
      baseUrl,
      endpoint: name,
      tr: tr[environment] ?? '',
      ...page,
      keyIds,
    });
  };

  const candidate = (key: KeyRoute, { endpoint, page, options }: CallRequest, hashKey?: string): Candidate => {
    const { keyId, credentials, rates } = key;
    const params = paramsBy(key, endpoint, page.params);
    return {
      identity: { broker: broker.name, environment, keyId, purpose: 'rest' },
      budgets: withCallerShare(broker.budgets(rates(clock.now()), endpoint), options),
      secrets: Object.values(credentials),
      accounts: () => accountsIn(params),
      encode: (token) =>
        broker.encode({ endpoint, environment, credentials, page: { params, cursor: page.cursor }, token, hashKey }),
    };
  };

  const perform: Perform = async (request) => {
    const { endpoint, page, options, report } = request;
    if (ended.aborted) throw new HubClosed();
    checkEnvironment(endpoint, environment);
    checkLabel(endpoint, options.caller);
    const able = keysFor(route, { endpoint, params: page.params, keyId: options.keyId });
    return withinDeadline({ endpoint: endpoint.name, ...options }, { ended, clock }, async (signal) => {
      const call: Call = {
        requestId: randomUUID(),
        endpoint: endpoint.name,
        tr: endpoint.tr[environment] ?? '',
        replayable: endpoint.replayable,
        inquiry: endpoint.inquiry,
        candidates: able.map((key) => candidate(key, request)),
        priority: options.priority ?? usualPriority(endpoint),
        ...shareOf(options.caller ?? settings.caller, settings.callerWeights),
        ...(options.coalesce === true ? { question: questionIn(request, able) } : {}),
        signal,
        timeoutMs: options.timeoutMs ?? settings.timeoutMs,
        ...(options.beforeSend === undefined ? {} : { beforeSend: options.beforeSend }),
        ...(report === undefined ? {} : { report }),
        decode: (response) => broker.decode(endpoint.name, response, endpoint.replayable),
      };
      const hashed = await hashOf(request, able, call);
      return send(hashed === undefined ? call : withHash(call, hashed, request, able));
    });
  };

  /** Undefined: the call goes without one. */
  const hashOf = async (
    { endpoint, page }: CallRequest,
    keys: readonly KeyRoute[],
    call: Call,
  ): Promise<Hashed | undefined> => {
    if (!route.hashKey || broker.hashKey === undefined || endpoint.method !== 'POST') return undefined;
    return orderHash(broker.hashKey, hashing, { endpoint, params: page.params, keys, call });
  };

  const withHash = (call: Call, { hashKey, keyId }: Hashed, request: CallRequest, keys: readonly KeyRoute[]): Call => ({
    ...call,
    candidates: keys.filter((key) => key.keyId === keyId).map((key) => candidate(key, request, hashKey)),
  });

  return {
    perform,
    vault,
    filled: (keyId?: string) => filledBy(route, keyId),
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

const checkLabel = ({ name }: Endpoint, caller: string | undefined): void => {
  if (!isCallerToken(caller)) return;
  throw new CallInvalid(
    `${name}: the caller is named by a token, and this hub makes its calls itself`,
    'Give a plain label, or make this call with a hub in service mode.',
  );
};

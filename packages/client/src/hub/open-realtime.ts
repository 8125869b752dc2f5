import type { BrokerName } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { feedIn } from '../broker/live.js';
import { priorities, type Ledger } from '../ledger/contract.js';
import type { FeedStore, Pool, Want } from '../realtime/feed-store.js';
import { Realtime, type RealtimeRoute } from '../realtime/realtime.js';
import { FrameCapture } from '../realtime/capture/frame-capture.js';
import { contenderName } from '../realtime/contender-name.js';
import { redisFeedStore } from '../realtime/redis/feed-store.js';
import { Session } from '../realtime/session/session.js';
import { webSockets } from '../realtime/socket/ws-socket.js';
import { Candidate } from '../realtime/subscription/candidate.js';
import type { Denial } from '../realtime/subscription/planner.js';
import type { Clock } from '../runtime/clock.js';
import type { Notify } from '../runtime/notice.js';
import type { Random } from '../runtime/random.js';
import { redisPort } from '../runtime/redis.js';
import { denialOf } from '../service/admission.js';
import { isCallerToken, issueCallerToken, type CallerClaims } from '../service/caller-token.js';
import { identityText, type Vault } from '../vault/contract.js';
import type { Route } from './route.js';
import type { DirectSettings, ServiceSettings, Settings } from './settings.js';

const brokers = { kis, kiwoom };

export interface RealtimeEffects {
  readonly settings: DirectSettings;
  readonly ledger: Ledger;
  /** What whoever wants a feed has to show a token of; none: everybody may. The first one signs. */
  readonly callerKeys: readonly Buffer[];
  readonly vaultOf: (broker: BrokerName) => Vault | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: Notify;
  readonly isTradingDay?: ((day: string) => boolean) | undefined;
}

/** The live feeds of a process with keys. Nothing is opened before the first subscription. */
export const openRealtime = (routes: readonly Route[], effects: RealtimeEffects): Realtime => {
  const { settings, clock } = effects;
  const store = storeOf(settings);
  const [callerKey] = effects.callerKeys;
  // Other processes with keys ask for it, and whoever has the key to sign it may have everything.
  const token = callerKey && (() => issueCallerToken(ownClaims(clock.now()), callerKey));
  return new Realtime({
    ...{ routes: routes.map((route) => realtimeRoute(route, store, effects)), store, clock },
    ...(token === undefined ? {} : { token }),
  });
};

const ownClaims = (now: number): CallerClaims => ({
  ...{ name: 'hub', allow: ['*'], classes: [...priorities] },
  until: Math.ceil((now + tokenLastsMs) / 1_000),
});

/** It is said anew every few seconds. */
const tokenLastsMs = 600_000;

/** The live feeds of a process without keys: those that have some hold the sockets. `group`: the prefix of its queues. */
export const openServedRealtime = (settings: ServiceSettings, group: string, clock: Clock): Realtime =>
  new Realtime({
    group,
    store: storeOf(settings),
    clock,
    token: () => (isCallerToken(settings.caller) ? settings.caller : undefined),
    routes: Object.values(brokers).map(({ name, live }) => ({
      broker: name,
      pool: undefined,
      offers: (feed, environment) => live.offers(feed, environment),
    })),
  });

const storeOf = ({ redis, redisConnectTimeoutMs, redisCommandTimeoutMs }: Settings): FeedStore =>
  redisFeedStore(
    redisPort({
      role: 'main',
      url: redis.main,
      connectTimeoutMs: redisConnectTimeoutMs,
      commandTimeoutMs: redisCommandTimeoutMs,
    }),
  );

const realtimeRoute = (
  { broker: published, settings, keys }: Route,
  store: FeedStore,
  {
    settings: { realtimeGraceMs: graceMs, realtimePreopen: preOpenMs, realtime },
    ledger,
    vaultOf,
    callerKeys,
    ...effects
  }: RealtimeEffects,
): RealtimeRoute => {
  const { environment, baseUrl, registrations, realtimeOccupancy: occupancy } = settings;
  const broker = withRegistrations(published, registrations);
  const { live: protocol } = broker;
  const pool: Pool = `${broker.name}:${environment}${baseUrl === broker.hosts[environment] ? '' : `@${new URL(baseUrl).host}`}`;
  const accountOf = (keyId: string): string =>
    identityText({ broker: broker.name, environment, keyId, purpose: 'websocket' });
  const purpose = broker.approval === undefined ? 'rest' : 'websocket';
  const captureOf = (keyId: string): FrameCapture | undefined => {
    const { captureDir: dir } = realtime;
    const { clock, notify } = effects;
    const account = accountOf(keyId);
    return dir === undefined
      ? undefined
      : new FrameCapture({ dir, broker: broker.name, environment, keyId, account, protocol, clock, notify });
  };
  const name = contenderName();
  const deny =
    callerKeys.length === 0
      ? undefined
      : ({ feed, priority, token: callerToken }: Want): Denial | undefined =>
          denialOf({ kind: feedIn(feed)?.kind ?? 'notice', priority, callerToken }, callerKeys, effects.clock.now());
  const session = (key: Route['keys'][number]): Session => {
    const frames = captureOf(key.keyId);
    return new Session({
      ...{ name, pool, broker, environment, protocol, store, ledger, open: webSockets(effects.clock), ...effects },
      keyId: key.keyId,
      account: accountOf(key.keyId),
      address: addressOf(protocol.addresses[environment], baseUrl, broker.hosts[environment]),
      ...{ rates: key.rates, preOpenMs },
      occupancy,
      frames,
      secret: async (newerThan, signal) => {
        const vault = vaultOf(broker.name);
        if (vault === undefined) throw new Error(`${broker.name}: its tokens were not opened`);
        const identity = { broker: broker.name, environment, keyId: key.keyId, purpose } as const;
        const record = await vault.token(identity, { ...(newerThan === undefined ? {} : { newerThan }), signal });
        frames?.hide(record.token);
        return record;
      },
    });
  };
  return {
    pool,
    broker: broker.name,
    offers: (feed) => protocol.offers(feed, environment),
    candidate: () =>
      new Candidate({
        ...{ name, pool, store, ledger, clock: effects.clock, accountOf, graceMs, deny },
        sessions: new Map(keys.map((key) => [key.keyId, session(key)])),
        room: broker.realtimeLimits.registration.value,
        denied: (feed, { caller, why }) => {
          effects.notify({ kind: 'feed-denied', broker: broker.name, feed, caller, why });
        },
      }),
  };
};

/** The simulator has REST and WebSocket at one address; the brokers have not. */
const addressOf = (own: string, baseUrl: string, host: string): string => {
  if (baseUrl === host) return own;
  const { pathname } = new URL(own);
  return `${baseUrl.replace(/^http/, 'ws')}${pathname}`;
};

const withRegistrations = (broker: Route['broker'], value: number): Route['broker'] => ({
  ...broker,
  realtimeLimits: { ...broker.realtimeLimits, registration: { ...broker.realtimeLimits.registration, value } },
});

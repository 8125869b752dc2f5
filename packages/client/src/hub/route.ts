import type { Broker, BrokerName, Credentials, Params, Rates } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { ConfigInvalid } from '../error/index.js';
import type { VaultTiming } from '../vault/shared-vault.js';
import { variables } from './options.js';
import type { DirectSettings, KisSettings, KiwoomSettings } from './settings.js';

/** One key of a broker. */
export interface KeyRoute {
  readonly keyId: string;
  readonly credentials: Credentials;
  /** What the ledger grants to it; a new key may do more from some instant on (UTC epoch ms). */
  readonly rates: (now: number) => Rates;
  /** Parameters of the account that the user has set once. */
  readonly account: Params;
}

/** One broker as this process reaches it. */
export interface Route {
  readonly broker: Broker;
  readonly settings: Pick<
    KisSettings,
    'environment' | 'baseUrl' | 'keyCooldownMs' | 'registrations' | 'realtimeOccupancy'
  >;
  readonly keys: readonly KeyRoute[];
  /** What may be asked for, and how often. */
  readonly issuing: { readonly rest: IssueTiming; readonly websocket?: IssueTiming };
  /** Whether the body of an order is hashed by the broker first. */
  readonly hashKey: boolean;
}

type IssueTiming = Pick<VaultTiming, 'cooldownMs' | 'sameTokenMs'>;

/** The brokers that are set up. */
export const routesOf = (settings: DirectSettings): Route[] => {
  const routes: Route[] = [];
  if (settings.kis !== undefined) {
    const { tokenCooldownMs, approvalCooldownMs, hashKey } = settings.kis;
    const issuing = {
      rest: { cooldownMs: tokenCooldownMs, sameTokenMs: kisLimits.sameTokenMs.value },
      // Nothing is on record of an approval key that comes again: a dead one is asked for anew after its cooldown.
      websocket: { cooldownMs: approvalCooldownMs, sameTokenMs: approvalCooldownMs },
    };
    routes.push({ broker: kis, settings: settings.kis, keys: kisKeys(settings.kis), issuing, hashKey });
  }
  if (settings.kiwoom !== undefined) {
    const { tokenCooldownMs: cooldownMs } = settings.kiwoom;
    // Its token opens the WebSocket too.
    const issuing = { rest: { cooldownMs, sameTokenMs: kiwoomLimits.sameTokenMs.value } };
    routes.push({
      broker: kiwoom,
      settings: settings.kiwoom,
      keys: kiwoomKeys(settings.kiwoom),
      issuing,
      hashKey: false,
    });
  }
  return routes;
};

const perMinuteOf = ({ perMinute }: KisSettings | KiwoomSettings): Pick<Rates, 'perMinute'> =>
  perMinute === undefined ? {} : { perMinute };

const kisKeys = (settings: KisSettings): KeyRoute[] =>
  settings.keys.map(({ appKey, appSecret, account, keyId, fresh }) => ({
    keyId,
    credentials: { appKey, appSecret },
    rates: (now) => ({
      total: fresh !== undefined && now < fresh.untilMs ? fresh.perSecond : settings.perSecond,
      ...perMinuteOf(settings),
    }),
    account: accountParams(account),
  }));

const kiwoomKeys = (settings: KiwoomSettings): KeyRoute[] =>
  settings.keys.map(({ appKey, secretKey, keyId }) => ({
    keyId,
    credentials: { appKey, appSecret: secretKey },
    rates: () => ({ total: settings.totalPerSecond, perTr: settings.perSecond, ...perMinuteOf(settings) }),
    account: {}, // that of the token
  }));

/** An account number is 8 + 2 digits (official samples): CANO and ACNT_PRDT_CD. */
const accountParams = (account: string | undefined): Params =>
  account === undefined ? {} : { CANO: account.slice(0, 8), ACNT_PRDT_CD: account.slice(-2) };

const keyPaths = {
  kis: ['kis.appKey', 'kis.appSecret'],
  kiwoom: ['kiwoom.appKey', 'kiwoom.secretKey'],
} as const satisfies Record<BrokerName, readonly string[]>;

/** What a call to a broker without a key ends with. */
export const notSetUp = (broker: BrokerName): ConfigInvalid => {
  const names = keyPaths[broker].map((path) => variables[path] ?? path);
  return new ConfigInvalid(
    keyPaths[broker].map((path) => `${path} (${variables[path] ?? ''}) is missing`),
    `${broker} is not set up: set ${names.join(' and ')}, or call the other broker.`,
  );
};

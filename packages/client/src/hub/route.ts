import type { Broker, BrokerName, Credentials, Params, Rates } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { ConfigInvalid } from '../error/index.js';
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
  readonly settings: Pick<KisSettings, 'environment' | 'baseUrl' | 'tokenCooldownMs' | 'keyCooldownMs'>;
  readonly keys: readonly KeyRoute[];
  readonly sameTokenMs: number;
  /** Whether the body of an order is hashed by the broker first. */
  readonly hashKey: boolean;
}

/** The brokers that are set up. */
export const routesOf = (settings: DirectSettings): Route[] => {
  const routes: Route[] = [];
  if (settings.kis !== undefined) {
    const sameTokenMs = kisLimits.sameTokenMs.value;
    const { hashKey } = settings.kis;
    routes.push({ broker: kis, settings: settings.kis, keys: kisKeys(settings.kis), sameTokenMs, hashKey });
  }
  if (settings.kiwoom !== undefined) {
    const sameTokenMs = kiwoomLimits.sameTokenMs.value;
    const keys = kiwoomKeys(settings.kiwoom);
    routes.push({ broker: kiwoom, settings: settings.kiwoom, keys, sameTokenMs, hashKey: false });
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

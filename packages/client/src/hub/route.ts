import type { Broker, BrokerName, Credentials, Params, Rates } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { ConfigInvalid } from '../error/index.js';
import { variables } from './options.js';
import type { DirectSettings } from './settings.js';

/** One broker as this process reaches it. */
export interface Route {
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

/** The brokers that are set up. */
export const routesOf = ({ kis: kisSettings, kiwoom: kiwoomSettings }: DirectSettings): Route[] => {
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

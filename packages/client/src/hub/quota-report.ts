import type { Broker, BrokerName, Limit } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import type { AccountSnapshot, AccountSpent, BudgetSnapshot } from '../ledger/contract.js';
import { isCallerBudget } from './caller.js';
import type { QuotaRoute } from './quota-line.js';

/** Where a configured figure comes from: from what is known of the broker, or from somebody's settings. */
export type QuotaOrigin =
  | {
      readonly from: 'published';
      /** Who says so, in words. */
      readonly source: string;
      /** When it was published or checked, `YYYY-MM-DD`. */
      readonly date: string;
      readonly certainty: Limit['certainty'];
    }
  | { readonly from: 'setting' };

/** One line of an account's quota: slots of a window of `windowMs`, or of a stock when that is 0. */
export interface QuotaBudget extends BudgetSnapshot {
  readonly origin: QuotaOrigin;
  /** What this hub is configured with; absent in service mode. */
  readonly here?: number;
}

/** One account, as `hub.quota.snapshot()` tells it. See docs/guide/quota-snapshot.md. */
export interface QuotaAccount extends AccountSnapshot {
  readonly broker: BrokerName;
  readonly environment: 'real' | 'paper';
  /** First 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
  /** When it was asked for, UTC epoch ms of this machine. */
  readonly at: number;
  /** `total` (all calls of the key), `tr:<api-id>` (Kiwoom), `total/min` (where `perMinute` is set). */
  readonly budgets: readonly QuotaBudget[];
}

/** What one account was spent on, and by whom, as `hub.quota.spent()` tells it. */
export interface QuotaSpent extends AccountSpent {
  readonly broker: BrokerName;
  readonly environment: 'real' | 'paper';
  /** First 12 hex digits of SHA-256(app key). */
  readonly keyId: string;
  /** When it was asked for, UTC epoch ms of this machine. */
  readonly at: number;
}

const brokers: Readonly<Record<BrokerName, Broker>> = { kis, kiwoom };

/** The parts of `broker:environment:keyId`. */
const partsOf = (account: string): Pick<QuotaAccount, 'broker' | 'environment' | 'keyId'> => {
  const [broker, environment, keyId = ''] = account.split(':');
  return {
    broker: broker === 'kiwoom' ? 'kiwoom' : 'kis',
    environment: environment === 'paper' ? 'paper' : 'real',
    keyId,
  };
};

/** Adds what the ledger does not know: why a budget is configured as it is. */
export const reportOf = (snapshot: AccountSnapshot, route: QuotaRoute, at: number): QuotaAccount => {
  const { account, budgets, ...rest } = snapshot;
  const { broker, environment, keyId } = partsOf(account);
  const originOf = ({ name, configured }: Pick<BudgetSnapshot, 'name' | 'configured'>): QuotaOrigin => {
    if (isCallerBudget(name)) return { from: 'setting' };
    // Who sets the published figure changes nothing.
    const figure = brokers[broker].figuresOf(name, environment).find(({ value }) => value === configured);
    if (figure === undefined) return { from: 'setting' };
    const { source, date, certainty } = figure;
    return { from: 'published', source, date, certainty };
  };
  const known = new Set(budgets.map(({ name }) => name));
  const unused = route.budgets
    .filter(({ name }) => !known.has(name))
    .map(({ name, limit, windowMs }): BudgetSnapshot => ({
      ...{ name, windowMs, configured: limit, inUse: limit },
      ...{ used: 0, cooling: 0, reserved: 0 },
    }));
  return {
    ...{ account, broker, environment, keyId, at },
    budgets: [...unused, ...budgets].map((budget) => {
      const here = route.limitHere(budget.name);
      return { ...budget, origin: originOf(budget), ...(here === undefined ? {} : { here }) };
    }),
    ...rest,
  };
};

/** Adds whose key it is. */
export const spentReportOf = (spent: AccountSpent, at: number): QuotaSpent => ({
  ...partsOf(spent.account),
  at,
  ...spent,
});

import type { Budget, Ledger } from '../ledger/contract.js';
import { identityText } from '../vault/contract.js';
import type { Route } from './route.js';

/** An account that a hub reports on. */
export interface QuotaRoute {
  /** `broker:environment:keyId` */
  readonly account: string;
  /** What every call of this hub touches, as far as its settings say; none in service mode. */
  readonly budgets: readonly Budget[];
  /** What this hub is configured with for a budget. */
  readonly limitHere: (budget: string) => number | undefined;
}

/** How a hub gets at its quota. */
export interface QuotaLine {
  readonly ledger: Pick<Ledger, 'snapshot' | 'spent' | 'observe' | 'listen'>;
  accounts(): Promise<readonly QuotaRoute[]>;
}

/** Every key of a hub, at `now` (UTC epoch ms): the limits of a new key change. */
export const accountsOf = (routes: readonly Route[], now: number): QuotaRoute[] =>
  routes.flatMap(({ broker, keys, settings: { environment } }) =>
    keys.map(({ keyId, rates }) => ({
      account: identityText({ broker: broker.name, environment, keyId, purpose: 'rest' }),
      budgets: broker.budgets(rates(now)),
      limitHere: (budget) => {
        // A line of one operation is touched by that one, all others by any.
        const endpoint = broker.catalogue[budget.replace(/^tr:/, '')] ?? Object.values(broker.catalogue)[0];
        return broker.budgets(rates(now), endpoint).find(({ name }) => name === budget)?.limit;
      },
    })),
  );

import type { Ledger } from '../ledger/contract.js';
import { openGatekeeper, type OpenLedgerOptions } from './gatekeeper.js';

export type {
  AccountSnapshot,
  AccountSpent,
  Budget,
  BudgetSnapshot,
  Hold,
  Ledger,
  LedgerEvent,
  MemberSnapshot,
  Permit,
  PermitRequest,
  Priority,
  Protocol,
  Urgency,
} from '../ledger/contract.js';
export { patienceMs, protocol } from '../ledger/contract.js';
export type { OpenLedgerOptions } from './gatekeeper.js';

/** A ledger with its connections. */
export interface OpenLedger {
  readonly ledger: Ledger;
  /** From now on nothing waits for a connection any more. */
  drain(): void;
  /** Gives back what is held, and closes the connections. */
  close(): Promise<void>;
}

/** The quota ledger of the gatekeeper Redis, as hubs use it. Opens its connections with the first permit. */
export const openLedger = (options: OpenLedgerOptions): OpenLedger => {
  const gatekeeper = openGatekeeper(options);
  return {
    ledger: gatekeeper.ledger,
    drain: () => {
      gatekeeper.drain();
    },
    close: () => gatekeeper.close(),
  };
};

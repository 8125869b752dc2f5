import type { Ledger, Protocol } from '../ledger/contract.js';
import { protocol as protocolInUse } from '../ledger/contract.js';
import { redisSlotStore } from '../ledger/redis/slot-store.js';
import { sharedLedger } from '../ledger/shared-ledger.js';
import { systemClock, type Clock } from '../runtime/clock.js';
import { neighbourhood } from '../runtime/neighbourhood.js';
import { silent, type Notify } from '../runtime/notice.js';
import { redisPort } from '../runtime/redis.js';

export type {
  AccountSnapshot,
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
} from '../ledger/contract.js';
export { patienceMs, protocol } from '../ledger/contract.js';

export interface OpenLedgerOptions {
  /** The gatekeeper Redis, `redis://…`. */
  readonly url: string;
  readonly connectTimeoutMs?: number;
  readonly commandTimeoutMs?: number;
  readonly clock?: Clock;
  readonly notify?: Notify;
  /** Must be the same in all processes that share an account; for tests only. */
  readonly protocol?: Protocol;
}

export interface OpenLedger {
  readonly ledger: Ledger;
  /** From now on nothing waits for a connection any more. */
  drain(): void;
  close(): Promise<void>;
}

/** How long an answer of the gatekeeper may travel. */
const answerMarginMs = 500;

/** The quota ledger of the gatekeeper Redis, as hubs use it. Opens its connections with the first permit. */
export const openLedger = ({
  url,
  connectTimeoutMs = 5_000,
  commandTimeoutMs = 5_000,
  clock = systemClock,
  notify = silent,
  protocol = protocolInUse,
}: OpenLedgerOptions): OpenLedger => {
  const redis = redisPort({
    role: 'gatekeeper',
    url,
    connectTimeoutMs,
    // A word that is older than that changes nothing any more, so there is no use in waiting for its answer.
    commandTimeoutMs: Math.min(commandTimeoutMs, protocol.validMs + answerMarginMs),
  });
  const store = redisSlotStore(redis, { protocol });
  const ledger = sharedLedger({ store, clock, notify, protocol, neighbourhood: neighbourhood() });
  return {
    ledger,
    drain: () => {
      redis.drain();
    },
    close: async () => {
      await ledger.close();
      await redis.close();
    },
  };
};

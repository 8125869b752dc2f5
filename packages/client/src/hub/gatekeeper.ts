import { protocol as protocolInUse, type Ledger, type Protocol } from '../ledger/contract.js';
import { redisSlotStore } from '../ledger/redis/slot-store.js';
import { sharedLedger } from '../ledger/shared-ledger.js';
import { systemClock, type Clock } from '../runtime/clock.js';
import { neighbourhood } from '../runtime/neighbourhood.js';
import { harmless, silent, type Notify } from '../runtime/notice.js';
import { redisPort, type RedisPort } from '../runtime/redis.js';

/** What `openLedger` takes. */
export interface OpenLedgerOptions {
  /** The gatekeeper Redis, `redis://…`. */
  readonly url: string;
  /** 5 000 ms unless given. */
  readonly connectTimeoutMs?: number;
  /** 5 000 ms unless given, and never more than 1 500: an older word changes nothing any more. */
  readonly commandTimeoutMs?: number;
  /** That of the system unless given. */
  readonly clock?: Clock;
  /** Told of holds, of a gatekeeper that is away, of limits that narrow. */
  readonly notify?: Notify;
  /** Must be the same in all processes that share an account; for tests only. */
  readonly protocol?: Protocol;
}

/** The server that decides whether a call may leave: the ledger on it, and the connection for what else is kept there. */
export interface Gatekeeper {
  readonly ledger: Ledger;
  readonly redis: RedisPort;
  /** From now on nothing waits for a connection any more. */
  drain(): void;
  close(): Promise<void>;
}

/** How long an answer of the gatekeeper may travel. */
const answerMarginMs = 500;

/** Opens its connections with the first command. */
export const openGatekeeper = ({
  url,
  connectTimeoutMs = 5_000,
  commandTimeoutMs = 5_000,
  clock = systemClock,
  notify = silent,
  protocol = protocolInUse,
}: OpenLedgerOptions): Gatekeeper => {
  const redis = redisPort({
    role: 'gatekeeper',
    url,
    connectTimeoutMs,
    // A word that is older than that changes nothing any more, so there is no use in waiting for its answer.
    commandTimeoutMs: Math.min(commandTimeoutMs, protocol.validMs + answerMarginMs),
  });
  const store = redisSlotStore(redis, { protocol });
  const ledger = sharedLedger({ store, clock, notify: harmless(notify), protocol, neighbourhood: neighbourhood() });
  return {
    ledger,
    redis,
    drain: () => {
      redis.drain();
    },
    close: async () => {
      await ledger.close();
      await redis.close();
    },
  };
};

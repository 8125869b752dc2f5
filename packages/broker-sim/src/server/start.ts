import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApprovalDesk } from '../account/approvals.js';
import { KeyRing } from '../account/keys.js';
import { TokenDesk } from '../account/tokens.js';
import { FaultBoard, type Fault } from '../fault/faults.js';
import { createNetwork } from '../fault/network.js';
import { kstDay } from '../market/kst.js';
import { Market } from '../market/market.js';
import { randomFrom } from '../market/random.js';
import { Retention } from '../market/retention.js';
import { truthAt, type Truth, type TruthQuery } from '../market/truth.js';
import { createFront } from './front.js';
import { JournalBook, type Journal } from './journal.js';
import { createEndpoints } from './kis/endpoints.js';
import { settle, type BrokerSimOptions } from './options.js';

/** A broker that runs. */
export interface BrokerSim extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: the base URL of REST calls and of `/sim/*`. */
  readonly url: string;
  readonly port: number;
  readonly market: Market;
  /** Everything that arrived so far. */
  journal(): Journal;
  /** What a store must hold now. */
  truth(query: TruthQuery): Truth;
  readonly faults: {
    /** Returns the fault's number. */
    add(fault: Fault): number;
    clear(): void;
  };
  /** Ends every token at once, of one key id or of all; returns how many. */
  killTokens(death: 'expired' | 'revoked', keyId?: string): number;
  /** Drops all connections and frees the port; safe twice. */
  close(): Promise<void>;
}

/**
 * Starts a simulated KIS on loopback. Throws SimOptionsError for wrong options and Node's own error when the port is
 * taken (EADDRINUSE).
 */
export const startBrokerSim = async (options: BrokerSimOptions = {}): Promise<BrokerSim> => {
  const settings = settle(options);
  const { seed, now } = settings;
  const market = new Market(settings);
  const retention = new Retention(settings.retentionTradingDays);
  const journal = new JournalBook(settings.journalEntries, settings.limit);
  const tokens = new TokenDesk(settings);
  const faults = new FaultBoard(randomFrom(seed, 'faults'));
  const truth = (query: TruthQuery): Truth => {
    const at = now();
    return truthAt(market, query, { at, oldestMinuteDay: retention.oldest(kstDay(at)) });
  };
  const front = createFront({
    broker: {
      settings,
      market,
      retention,
      journal,
      tokens,
      keys: new KeyRing(settings.keys, settings.acceptAnyKey),
      approvals: new ApprovalDesk({ lifeMs: settings.tokenLifeMs, seed }),
    },
    endpoints: createEndpoints(),
    faults,
    draw: createNetwork(settings.network, randomFrom(seed, 'network')),
    control: { journal, faults, tokens, truth, now },
  });

  front.server.listen(settings.port, settings.host);
  await once(front.server, 'listening');
  const { port } = front.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      front.stop();
      front.server.close(() => {
        resolve();
      });
      front.server.closeAllConnections();
    });
    return closing;
  };
  return {
    url: `http://${settings.host}:${String(port)}`,
    port,
    market,
    journal: () => journal.read(),
    truth,
    faults: {
      add: (fault) => faults.add(fault),
      clear: () => {
        faults.clear();
      },
    },
    killTokens: (death, keyId) => tokens.kill(death, keyId),
    close,
    [Symbol.asyncDispose]: close,
  };
};

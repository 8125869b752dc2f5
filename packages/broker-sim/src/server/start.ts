import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApprovalDesk } from '../account/approvals.js';
import { KeyRing, kisForm, kiwoomForm } from '../account/keys.js';
import { killTokens, TokenDesk } from '../account/tokens.js';
import { FaultBoard, type Fault } from '../fault/faults.js';
import { createNetwork } from '../fault/network.js';
import { Quota } from '../limit/quota.js';
import { kstDay } from '../market/kst.js';
import { Market } from '../market/market.js';
import { randomFrom } from '../market/random.js';
import { Retention } from '../market/retention.js';
import { truthAt, type Truth, type TruthQuery } from '../market/truth.js';
import { kisToken } from '../wire/kis/token.js';
import { kiwoomToken } from '../wire/kiwoom/token.js';
import { createFront } from './front.js';
import { JournalBook, type Journal } from './journal.js';
import type { House } from './house.js';
import { createKis } from './kis/judge.js';
import { KisLive } from './kis/live.js';
import { Differences } from './kiwoom/differences.js';
import { createKiwoom, isKiwoomPath } from './kiwoom/judge.js';
import { KiwoomLive } from './kiwoom/live.js';
import { OpenOrders } from './kiwoom/open-orders.js';
import { LiveDesk, type LiveControl } from './live/desk.js';
import { LiveBook } from './live/journal.js';
import { OrderNews } from './live/order-news.js';
import { Switchboard } from './live/switchboard.js';
import { settle, type BrokerSimOptions, type SimSettings } from './options.js';

/** Two brokers that run. */
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
    /** Ends all of them. */
    clear(): void;
  };
  /** Ends every token of both brokers at once, of one key id or of all; returns how many. */
  killTokens(death: 'expired' | 'revoked', keyId?: string): number;
  /** Trouble on the WebSockets, and who is connected. */
  readonly live: LiveControl;
  /** Drops all connections and frees the port; safe twice. */
  close(): Promise<void>;
}

/** What both brokers share. */
interface Common {
  readonly settings: SimSettings;
  readonly market: Market;
  readonly journal: JournalBook;
  readonly orderNews: OrderNews;
}

interface OpenedKis {
  readonly house: House;
  readonly tokens: TokenDesk;
  readonly approvals: ApprovalDesk;
}

const openKis = (common: Common, quota: Quota, retention: Retention): OpenedKis => {
  const { settings } = common;
  const { aheadMs } = settings;
  const tokens = new TokenDesk({ ...settings, newTokenKillsOld: false }, ({ noise, issuedAt, expiresAt }) =>
    kisToken({ noise, issuedAt: issuedAt - aheadMs, expiresAt: expiresAt - aheadMs }),
  );
  const approvals = new ApprovalDesk({ lifeMs: settings.tokenLifeMs, seed: settings.seed });
  const house = createKis({
    ...common,
    retention,
    quota,
    tokens,
    keys: new KeyRing(settings.keys, settings.acceptAnyKey, kisForm),
    approvals,
  });
  return { house, tokens, approvals };
};

const openKiwoom = (common: Common, perTr: Quota): { house: House; tokens: TokenDesk } => {
  const { seed, environment, kiwoom } = common.settings;
  const { tokenLifeMs, newTokenKillsOld, limit } = kiwoom;
  // No issue limit is on record, and the same token comes again for all of its life.
  const sameTokenMs = newTokenKillsOld ? 0 : tokenLifeMs;
  const tokens = new TokenDesk(
    { tokenMinuteMs: 0, sameTokenMs, tokenLifeMs, deadTokenTrap: false, newTokenKillsOld, seed },
    ({ noise }) => kiwoomToken(noise, environment),
  );
  const { total, window } = limit;
  const house = createKiwoom({
    ...common,
    retention: new Retention(kiwoom.minuteRetentionTradingDays),
    differences: new Differences(kiwoom.differs),
    quotas: { perTr, total: total === undefined ? undefined : new Quota({ perSecond: total, window }) },
    tokens,
    keys: new KeyRing(kiwoom.keys, kiwoom.acceptAnyKey, kiwoomForm),
    orders: new OpenOrders(),
  });
  return { house, tokens };
};

/**
 * Starts a simulated KIS and a simulated Kiwoom on one port of loopback: their paths are disjoint. Throws
 * SimOptionsError for wrong options and Node's own error when the port is taken (EADDRINUSE).
 */
export const startBrokerSim = async (options: BrokerSimOptions = {}): Promise<BrokerSim> => {
  const settings = settle(options);
  const { seed, now } = settings;
  const market = new Market(settings);
  const retention = new Retention(settings.retentionTradingDays);
  const { perTr, window } = settings.kiwoom.limit;
  const quotas = { kis: new Quota(settings.limit), kiwoom: new Quota({ perSecond: perTr, window }) };
  const book = new LiveBook(settings.journalEntries);
  const journal = new JournalBook(settings.journalEntries, quotas, book);
  const orderNews = new OrderNews();
  const common: Common = { settings, market, journal, orderNews };
  const kis = openKis(common, quotas.kis, retention);
  const kiwoom = openKiwoom(common, quotas.kiwoom);
  const tokens = [kis.tokens, kiwoom.tokens];
  const faults = new FaultBoard(randomFrom(seed, 'faults'));
  const truth = (query: TruthQuery): Truth => {
    const at = now();
    return truthAt(market, query, { at, oldestMinuteDay: retention.oldest(kstDay(at)) });
  };
  const board = new Switchboard({ settings: settings.live, market, book, now });
  const live = new LiveDesk(
    board,
    {
      kis: new KisLive({ board, approvals: kis.approvals, settings, market }),
      kiwoom: new KiwoomLive({ board, tokens: kiwoom.tokens, settings, market }),
    },
    orderNews,
  );
  const front = createFront({
    houseOf: (path) => (isKiwoomPath(path) ? kiwoom.house : kis.house),
    faults,
    draw: createNetwork(settings.network, randomFrom(seed, 'network')),
    control: { journal, faults, tokens, truth, now, live },
  });
  front.server.on('upgrade', (request, tcp, head) => live.upgrade(request, tcp, head));

  front.server.listen(settings.port, settings.host);
  await once(front.server, 'listening');
  const { port } = front.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      front.stop();
      live.stop();
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
    live: {
      disconnect: (target) => live.disconnect(target),
      silence: (target) => live.silence(target),
      garble: (target) => live.garble(target),
      sessions: () => live.sessions(),
    },
    killTokens: (death, keyId) => killTokens(tokens, death, keyId),
    close,
    [Symbol.asyncDispose]: close,
  };
};

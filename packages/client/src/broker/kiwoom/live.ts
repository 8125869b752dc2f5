import { feedKinds, type Feed, type LiveProtocol } from '../live.js';
import { kiwoomReader } from './live-reader.js';
import { stockCodeOf } from './stock-code.js';

/** Types 00 and 04 follow the account of the token and take an empty item (official). */
const typesOf = { trade: ['0B'], book: ['0D'], notice: ['00', '04'] } as const;

const dataOf = (feeds: readonly Feed[]) =>
  feedKinds.flatMap((kind) => {
    const items = feeds
      .filter((feed) => feed.kind === kind)
      .map((feed) => (kind === 'notice' ? '' : stockCodeOf(feed)));
    return items.length === 0 ? [] : [{ item: items, type: typesOf[kind] }];
  });

/**
 * A group may hold 100 items (the field is printed with length 100, read as a count by two public projects, 2026-11-23,
 * uncertain): feeds are spread over several by kind and code, so that none comes near.
 */
const groupOf = ({ kind, symbol }: Feed): string =>
  String(1 + 2 * feedKinds.indexOf(kind) + (kind === 'notice' ? 0 : (symbol.codePointAt(4) ?? 0) % 2));

const message = (trnm: string, feeds: readonly Feed[], more: object = {}): string => {
  const [first] = feeds;
  if (first === undefined) throw new Error('a registration names a feed');
  return JSON.stringify({ trnm, grp_no: groupOf(first), ...more, data: dataOf(feeds) });
};

/** Keeps what was registered before (official). */
const keep = '1';

/** The number of the account in types 00 and 04 (official: 계좌번호). */
const accountField = /"9201"\s*:\s*"[^"]*"/g;

/** How the WebSocket of Kiwoom speaks: JSON only, after a login with the token. A new socket knows no registration of the last. */
export const kiwoomLive: LiveProtocol = {
  addresses: {
    real: 'wss://api.kiwoom.com:10000/api/dostk/websocket',
    paper: 'wss://mockapi.kiwoom.com:10000/api/dostk/websocket',
  },
  // Paper has KRX only (official: workbook of 2026-05-07).
  offers: ({ kind, venue }, environment) =>
    environment === 'real' || kind === 'notice' || venue === 'KRX'
      ? true
      : `Kiwoom has no ${venue} for a paper key, KRX alone.`,
  login: (token) => JSON.stringify({ trnm: 'LOGIN', token }),
  register: (feeds) => message('REG', feeds, { refresh: keep }),
  release: (feeds) => message('REMOVE', feeds),
  mostPerMessage: 50,
  groupOf,
  reader: () => kiwoomReader,
  withoutSecrets: (text) => (text.includes('"9201"') ? text.replaceAll(accountField, '"9201":"***"') : text),
  namesFeeds: false,
  pongsControl: false,
  origin: {
    certainty: 'official',
    source: 'Kiwoom workbook and code; answers and codes of SYSTEM as public projects recorded them',
    date: '2026-05-07',
  },
};

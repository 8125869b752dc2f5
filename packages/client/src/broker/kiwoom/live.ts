import type { Feed, LiveProtocol } from '../live.js';
import { kiwoomReader } from './live-reader.js';
import { stockCodeOf } from './stock-code.js';

/** Types 00 and 04 follow the account of the token and take an empty item (official). */
const dataOf = (feed: Feed) => {
  if (feed.kind === 'notice') return [{ item: [''], type: ['00', '04'] }];
  return [{ item: [stockCodeOf(feed)], type: [feed.kind === 'trade' ? '0B' : '0D'] }];
};

/** One group for all: what the items of one or of a session may be is not published. */
const group = '1';
/** Keeps what was registered before (official). */
const keep = '1';

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
  register: (feed) => JSON.stringify({ trnm: 'REG', grp_no: group, refresh: keep, data: dataOf(feed) }),
  release: (feed) => JSON.stringify({ trnm: 'REMOVE', grp_no: group, data: dataOf(feed) }),
  reader: () => kiwoomReader,
  namesFeeds: false,
  pongsControl: false,
  origin: {
    certainty: 'official',
    source: 'Kiwoom workbook and code; answers and codes of SYSTEM as public projects recorded them',
    date: '2026-05-07',
  },
};

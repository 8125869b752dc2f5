import type { Environment } from '../../request/contract.js';
import type { Feed, LiveProtocol } from '../live.js';
import { offers, trOf } from './live-feeds.js';
import { KisLiveReader } from './live-reader.js';

/** `tr_type`: the code of all samples says 2 for a release, docstrings of the newer ones 0 (official contradiction). */
const trType = { register: '1', release: '2' } as const;

const question =
  (type: keyof typeof trType) =>
  ([feed]: readonly Feed[], approvalKey: string, environment: Environment): string => {
    if (feed === undefined) throw new Error('a registration names a feed');
    return JSON.stringify({
      header: { approval_key: approvalKey, custtype: 'P', tr_type: trType[type], 'content-type': 'utf-8' },
      body: { input: { tr_id: trOf(feed, environment), tr_key: feed.symbol } },
    });
  };

/** In the answer to a registration of notices: with them a file of encrypted notices would be one of account numbers. */
const noticeKeys = /"(iv|key)"\s*:\s*"[^"]*"/g;

/** How the WebSocket of KIS speaks. One registration is a TR and a key; there is no snapshot, and nothing is repeated. */
export const kisLive: LiveProtocol = {
  addresses: {
    real: 'ws://ops.koreainvestment.com:21000/tryitout',
    paper: 'ws://ops.koreainvestment.com:31000/tryitout',
  },
  offers,
  login: () => null,
  register: question('register'),
  release: question('release'),
  mostPerMessage: 1,
  groupOf: () => '',
  reader: () => new KisLiveReader(),
  // Frames begin with 0 or 1; those with an account number are encrypted.
  withoutSecrets: (text) => (text.startsWith('{') ? text.replaceAll(noticeKeys, '"$1":"***"') : text),
  namesFeeds: true,
  pongsControl: true,
  origin: {
    certainty: 'official',
    source:
      'code of the official samples; codes of answers, widths and limits as observed in public projects and mirrors',
    date: '2026-11-23',
  },
};

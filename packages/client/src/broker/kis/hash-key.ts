import { AnswerUnreadable } from '../../error/index.js';
import { parseBody, textOf } from '../body.js';
import type { HashKey } from '../contract.js';
import { decode } from './wire.js';

const endpoint = 'hashkey';

/** What may stand in a header and is no end of one. Documented are 64 hex digits. */
const hashShape = /^[\w+/=-]{16,128}$/;

/** `POST /uapi/hashkey`: the key pair and no token, with the very body of the order (official sample, 2026-07-09). */
export const kisHashKey: HashKey = {
  endpoint,
  request: ({ appKey, appSecret }, params) => ({
    method: 'POST',
    path: '/uapi/hashkey',
    headers: { 'content-type': 'application/json; charset=utf-8', appkey: appKey, appsecret: appSecret },
    body: JSON.stringify(params),
  }),
  read: (response) => {
    const hash = textOf(parseBody(endpoint, response), 'HASH');
    if (hashShape.test(hash)) return hash;
    decode(endpoint, response); // throws what the broker says went wrong
    throw new AnswerUnreadable(endpoint, response.status, 'JSON without a hash');
  },
};

import type { WireResponse } from '../../request/contract.js';
import { parseBody, textOf } from '../body.js';
import type { Approval, IssuedToken } from '../contract.js';
import { kisLimits } from './limits.js';
import { jsonType, tokenFault } from './wire.js';

const endpoint = 'oauth2/Approval';

/** The key that a WebSocket of KIS is opened with. The broker tells no end of it, so its life counts from the question. */
const decode = (response: WireResponse, askedAt: number): IssuedToken => {
  const body = parseBody(endpoint, response);
  const token = textOf(body, 'approval_key');
  if (token === '') throw tokenFault(endpoint, response, body);
  return { token, expiresAt: askedAt + kisLimits.approvalLifeMs.value };
};

export const approval: Approval = {
  encode: ({ appKey, appSecret }) => ({
    method: 'POST',
    path: '/oauth2/Approval',
    headers: { 'content-type': jsonType },
    // The secret has another name here than in a token request (official samples).
    body: JSON.stringify({ grant_type: 'client_credentials', appkey: appKey, secretkey: appSecret }),
  }),
  decode,
};

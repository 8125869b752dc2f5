import { parseBody } from '../body.js';
import type { Broker } from '../contract.js';
import { decode, jsonType } from './wire.js';

const endpoint = 'oauth2/revokeP';

export const encodeRevoke: Broker['encodeRevoke'] = ({ appKey, appSecret }, token) => ({
  method: 'POST',
  path: '/oauth2/revokeP',
  headers: { 'content-type': jsonType },
  body: JSON.stringify({ appkey: appKey, appsecret: appSecret, token }),
});

/** A success is told by the number 200 in `code` alone (observed, 2026-11-23); errors look like those of other calls. */
export const decodeRevoke: Broker['decodeRevoke'] = (response) => {
  if (parseBody(endpoint, response).code !== 200) decode(endpoint, response);
};

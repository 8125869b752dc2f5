import type { Broker } from '../contract.js';
import { decode, jsonType } from './wire.js';

export const encodeRevoke: Broker['encodeRevoke'] = ({ appKey, appSecret }, token) => ({
  method: 'POST',
  path: '/oauth2/revoke',
  headers: { 'content-type': jsonType, 'api-id': 'au10002' },
  body: JSON.stringify({ appkey: appKey, secretkey: appSecret, token }),
});

export const decodeRevoke: Broker['decodeRevoke'] = (response) => {
  // Not as a read: there "nothing found" is an answer, here it would mean that nothing was revoked.
  decode('oauth2/revoke', response, false);
};

import type { Broker } from '../contract.js';
import { kisWindowMs } from './limits.js';
import { decode, decodeToken, encode, encodeTokenRequest } from './wire.js';

/** KIS (한국투자증권): hosts from the official samples. Real and paper use different keys. */
export const kis: Broker = {
  name: 'kis',
  hosts: {
    real: 'https://openapi.koreainvestment.com:9443',
    paper: 'https://openapivts.koreainvestment.com:29443',
  },
  budgets: (perSecond) => [{ name: 'total', limit: perSecond, windowMs: kisWindowMs }],
  encode,
  decode,
  encodeTokenRequest,
  decodeToken,
};

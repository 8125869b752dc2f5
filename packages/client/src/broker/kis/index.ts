import type { Broker } from '../contract.js';
import { kisCatalogue } from './catalogue.js';
import { kisWindowMs } from './limits.js';
import { decode, decodeToken, encode, encodeTokenRequest, nextPage } from './wire.js';

/** KIS (한국투자증권): hosts from the official samples. Real and paper use different keys. */
export const kis: Broker = {
  name: 'kis',
  hosts: {
    real: 'https://openapi.koreainvestment.com:9443',
    paper: 'https://openapivts.koreainvestment.com:29443',
  },
  catalogue: kisCatalogue,
  cursorHeaders: ['tr_cont'],
  budgets: ({ total }) => [{ name: 'total', limit: total, windowMs: kisWindowMs }],
  encode,
  decode,
  nextPage,
  encodeTokenRequest,
  decodeToken,
};

import { minuteBudgets, type Broker } from '../contract.js';
import { approval } from './approval.js';
import { kisCatalogue } from './catalogue.js';
import { kisHashKey } from './hash-key.js';
import { kisLimits, kisRealtimeLimits, kisWindowMs } from './limits.js';
import { kisLive } from './live.js';
import { decodeRevoke, encodeRevoke } from './revoke.js';
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
  realtimeLimits: kisRealtimeLimits,
  budgets: (rates, endpoint) => [
    { name: 'total', limit: rates.total, windowMs: kisWindowMs },
    ...minuteBudgets(rates, endpoint),
  ],
  figuresOf: (budget, environment) => (budget === 'total' ? [kisLimits[environment], kisLimits.newKey] : []),
  ofAccount: ({ required, optional }) => [...required, ...optional].includes('CANO'),
  encode,
  decode,
  nextPage,
  hashKey: kisHashKey,
  encodeTokenRequest,
  decodeToken,
  approval,
  live: kisLive,
  encodeRevoke,
  decodeRevoke,
};

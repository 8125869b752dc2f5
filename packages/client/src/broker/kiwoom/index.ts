import { minuteBudgets, type Broker } from '../contract.js';
import { kiwoomCatalogue } from './catalogue.js';
import { kiwoomLimits, kiwoomRealtimeLimits, kiwoomWindowMs, trBudget } from './limits.js';
import { kiwoomLive } from './live.js';
import { decodeRevoke, encodeRevoke } from './revoke.js';
import { decode, decodeToken, encode, encodeTokenRequest, nextPage } from './wire.js';

/** Kiwoom (키움): hosts from the workbook of 2026-05-07. Real and paper use different keys. */
export const kiwoom: Broker = {
  name: 'kiwoom',
  hosts: { real: 'https://api.kiwoom.com', paper: 'https://mockapi.kiwoom.com' },
  catalogue: kiwoomCatalogue,
  cursorHeaders: ['cont-yn', 'next-key'],
  realtimeLimits: kiwoomRealtimeLimits,
  budgets: (rates, endpoint) => [
    { name: 'total', limit: rates.total, windowMs: kiwoomWindowMs },
    ...(endpoint === undefined
      ? []
      : [{ name: trBudget(endpoint.name), limit: rates.perTr ?? rates.total, windowMs: kiwoomWindowMs }]),
    ...minuteBudgets(rates, endpoint),
  ],
  figuresOf: (budget, environment) => {
    if (budget === 'total') return [kiwoomLimits.total];
    return budget.startsWith(trBudget('')) ? [kiwoomLimits[environment]] : [];
  },
  // The account is that of the token, and no parameter names it.
  ofAccount: ({ path }) => /\/(acnt|ordr|crdordr)$/.test(path),
  encode,
  decode,
  nextPage,
  encodeTokenRequest,
  decodeToken,
  live: kiwoomLive,
  encodeRevoke,
  decodeRevoke,
};

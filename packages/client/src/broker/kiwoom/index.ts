import type { Broker } from '../contract.js';
import { kiwoomCatalogue } from './catalogue.js';
import { kiwoomWindowMs } from './limits.js';
import { decode, decodeToken, encode, encodeTokenRequest, nextPage } from './wire.js';

/** Kiwoom (키움): hosts from the workbook of 2026-05-07. Real and paper use different keys. */
export const kiwoom: Broker = {
  name: 'kiwoom',
  hosts: { real: 'https://api.kiwoom.com', paper: 'https://mockapi.kiwoom.com' },
  catalogue: kiwoomCatalogue,
  cursorHeaders: ['cont-yn', 'next-key'],
  budgets: ({ total, perTr = total }, endpoint) => [
    { name: 'total', limit: total, windowMs: kiwoomWindowMs },
    ...(endpoint === undefined ? [] : [{ name: `tr:${endpoint.name}`, limit: perTr, windowMs: kiwoomWindowMs }]),
  ],
  encode,
  decode,
  nextPage,
  encodeTokenRequest,
  decodeToken,
};

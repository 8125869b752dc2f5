import { hhmmss } from '../text.js';
import { orderTypeName } from './orders.js';
import { directed } from './text.js';

/** The account belongs to the token; this one is nobody's. */
const ACCOUNT = '0000000010';

const exchangeCodes: Readonly<Record<string, string>> = { SOR: '0', KRX: '1', NXT: '2' };

export interface LiveOrderInput {
  readonly number: string;
  readonly code: string;
  readonly name: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string;
  /** KRW, `0` for a market order. */
  readonly price: string;
  /** `trde_tp` of the order. */
  readonly type: string;
  /** `KRX`, `NXT` or `SOR`. */
  readonly exchange: string;
  /** Second of the KST day. */
  readonly second: number;
  readonly currentPrice: number;
  readonly previousClose: number;
  readonly ask: number;
  readonly bid: number;
}

/** 00: an order was taken. Nothing of it is filled. */
export const orderValues = (order: LiveOrderInput): Readonly<Record<string, string>> => {
  const { side, previousClose: base } = order;
  return {
    '9201': ACCOUNT,
    '9203': order.number,
    '9205': '',
    '9001': order.code,
    '912': 'JJ',
    '913': '접수',
    '302': order.name,
    '900': order.quantity,
    '901': order.price,
    '902': order.quantity,
    '903': '0',
    '904': '0000000',
    '905': side === 'buy' ? '+매수' : '-매도',
    '906': orderTypeName(order.type),
    '907': side === 'buy' ? '2' : '1',
    '908': hhmmss(order.second),
    '909': '',
    '910': '',
    '911': '',
    '10': directed(order.currentPrice, base),
    '27': directed(order.ask, base),
    '28': directed(order.bid, base),
    '914': '',
    '915': '',
    '938': '0',
    '939': '0',
    '919': '0',
    '920': '',
    '921': '',
    '922': '00',
    '923': '00000000',
    '10010': '',
    '2134': exchangeCodes[order.exchange] ?? '',
    '2135': order.exchange,
    '2136': order.exchange === 'SOR' ? 'Y' : 'N',
  };
};

/** 04: what the account holds of the order's share: nothing, for no order is filled. */
export const balanceValues = (order: LiveOrderInput): Readonly<Record<string, string>> => {
  const { previousClose: base } = order;
  return {
    '9201': ACCOUNT,
    '9001': order.code,
    '917': '00',
    '916': '00000000',
    '302': order.name,
    '10': directed(order.currentPrice, base),
    '930': '0',
    '931': '0',
    '932': '0',
    '933': '0',
    '945': '0',
    '946': order.side === 'buy' ? '2' : '1',
    '950': '0',
    '951': '0',
    '27': directed(order.ask, base),
    '28': directed(order.bid, base),
    '307': String(base),
    '8019': '0.00',
    '957': '0',
    '958': '0',
    '918': '00000000',
    '990': '0',
    '991': '0.00',
    '992': '0',
    '993': '0.00',
    '959': '0',
    '924': '0',
  };
};

import { hhmmss } from '../text.js';

export interface NoticeInput {
  /** Login id of the customer. */
  readonly customer: string;
  /** Ten digits. */
  readonly account: string;
  /** Ten digits. */
  readonly number: string;
  readonly side: 'buy' | 'sell';
  /** ORD_DVSN of the order. */
  readonly kind: string;
  readonly code: string;
  readonly name: string;
  readonly quantity: string;
  /** KRW; `0` for a market order. */
  readonly price: string;
  /** Second of the KST day. */
  readonly second: number;
  /** `KRX`, `NXT` or `SOR`. */
  readonly exchange: string;
  readonly branch: string;
}

/** An order by SOR goes to KRX: nothing is ever filled elsewhere. */
const exchangeCodes: Readonly<Record<string, string>> = { KRX: '1', NXT: '2', SOR: '3' };

/** ORD_DVSN 11 limit, 13 market and 15 best are IOC; 12, 14 and 16 FOK. */
const condition = (kind: string): string => {
  if (['11', '13', '15'].includes(kind)) return '1';
  return ['12', '14', '16'].includes(kind) ? '2' : '0';
};

/** H0STCNI0 and H0STCNI9: an order was taken. 26 fields, numbers padded with zeros; 25 would hold the price of a fill. */
export const orderNotice = (order: NoticeInput): string =>
  [
    order.customer,
    order.account,
    order.number,
    '',
    order.side === 'sell' ? '01' : '02',
    '0',
    order.kind,
    condition(order.kind),
    order.code,
    order.quantity.padStart(10, '0'),
    order.price.padStart(9, '0'),
    hhmmss(order.second),
    '0',
    '1',
    '1',
    order.branch,
    order.quantity.padStart(9, '0'),
    '홍길동',
    '000000000',
    exchangeCodes[order.exchange] ?? '1',
    'N',
    '',
    '10',
    '',
    order.name,
    '000000000',
  ].join('^');

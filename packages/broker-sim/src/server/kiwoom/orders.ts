import { kstDay, kstSecond } from '../../market/kst.js';
import { tickSize } from '../../market/tick-size.js';
import { isAnswer, type Answer } from '../../wire/answer.js';
import { fieldMissing, notOnPaper, paperClosed, paperHoliday, stockUnknown } from '../../wire/kiwoom/errors.js';
import { openOrders, orderAccepted, orderHistory, orderTypes, type OpenOrderRow } from '../../wire/kiwoom/orders.js';
import { field, type KiwoomBroker, type KiwoomCall, type KiwoomEndpoint } from './endpoint.js';
import { choice, number, optional, text, wholeNumber } from './fields.js';
import type { OpenOrder } from './open-orders.js';
import { cursorOf, cutPage } from './paging.js';

/** How many rows a page of ka10075 or kt00007 has is not on record. */
const ROWS = 100;

/**
 * The paper host knows KRX alone, and takes orders while it trades: from the opening to the closing auction. The real
 * one takes them at any hour.
 */
const paperProblem = ({ market, settings }: KiwoomBroker, exchange: string, at: number): Answer | undefined => {
  if (settings.environment === 'real') return undefined;
  if (exchange !== 'KRX') return notOnPaper();
  const session = market.session('KRX', kstDay(at));
  if (session === undefined) return paperHoliday();
  const second = kstSecond(at);
  const opensAt = Math.min(...session.stretches.map((stretch) => stretch.from));
  return second >= opensAt && second < (session.auctionAt ?? session.overAt) ? undefined : paperClosed();
};

/** Accepts every well-formed order, writes it down and fills none. `cont-yn` is not read: a second page would be a second order. */
const order = (apiId: string, side: OpenOrder['side']): KiwoomEndpoint => ({
  apiId,
  path: '/api/dostk/ordr',
  fields: [
    choice('dmst_stex_tp', 'KRX', 'NXT', 'SOR'),
    text('stk_cd', 12),
    number('ord_qty'),
    optional(wholeNumber('ord_uv')),
    choice('trde_tp', ...orderTypes),
    optional(wholeNumber('cond_uv')),
  ],
  answer: (call) => {
    const { broker, keyId, fields } = call;
    const { at } = call.arrival;
    const exchange = field(call, 'dmst_stex_tp');
    const problem = paperProblem(broker, exchange, at);
    if (problem !== undefined) return problem;
    // A plain code: the venue is in dmst_stex_tp.
    const code = field(call, 'stk_cd');
    if (!broker.market.symbols.has(code)) return stockUnknown(code);
    const accepted = broker.orders.accept(keyId, { at, side, fields });
    broker.journal.addOrder('kiwoom', call.arrival, { odno: accepted.number, body: Object.fromEntries(fields) });
    broker.orderNews.tell({
      broker: 'kiwoom',
      keyId,
      at,
      number: accepted.number,
      account: '',
      code,
      side,
      quantity: field(call, 'ord_qty'),
      price: field(call, 'ord_uv') || '0',
      type: field(call, 'trde_tp'),
      exchange,
    });
    return orderAccepted(accepted.number, exchange);
  },
});

export const buyOrder = (): KiwoomEndpoint => order('kt10000', 'buy');
export const sellOrder = (): KiwoomEndpoint => order('kt10001', 'sell');

const sides: Readonly<Record<string, string>> = { 1: 'sell', 2: 'buy' };
const exchanges: Readonly<Record<string, string>> = { 1: 'KRX', 2: 'NXT' };

interface Wanted {
  readonly day: string;
  readonly side: string | undefined;
  readonly exchange: string | undefined;
  readonly code: string | undefined;
}

/** Orders that are asked for, newest first. */
const wanted = (call: KiwoomCall, { day, side, exchange, code }: Wanted): readonly OpenOrder[] => {
  return call.broker.orders
    .of(call.keyId)
    .filter((open) => kstDay(open.at) === day && (side === undefined || open.side === side))
    .filter(({ fields }) => exchange === undefined || fields.get('dmst_stex_tp') === exchange)
    .filter(({ fields }) => code === undefined || fields.get('stk_cd') === code)
    .toReversed();
};

const rowOf = ({ market }: KiwoomBroker, open: OpenOrder, at: number): OpenOrderRow => {
  const text = (name: string): string => open.fields.get(name) ?? '';
  const code = text('stk_cd');
  const quote = market.quote(code, 'KRX', at);
  const price = quote?.price ?? 0;
  return {
    number: open.number,
    code,
    name: quote?.symbol.name ?? '',
    side: open.side,
    quantity: text('ord_qty'),
    price: text('ord_uv') || '0',
    type: text('trde_tp'),
    stop: text('cond_uv'),
    exchange: text('dmst_stex_tp'),
    second: kstSecond(open.at),
    currentPrice: price,
    previousClose: quote?.previousClose ?? 0,
    ask: price + tickSize(price),
    bid: price,
  };
};

const given = (text: string): string | undefined => (text === '' || text === '%' ? undefined : text);

/** Every order of a day: what tells whether one of unknown outcome was accepted, for there is no client order id. */
export const orderHistoryList = (): KiwoomEndpoint => ({
  apiId: 'kt00007',
  path: '/api/dostk/acnt',
  fields: [
    optional(text('ord_dt', 8)),
    choice('qry_tp', '1', '2', '3', '4'),
    choice('stk_bond_tp', '0', '1', '2'),
    choice('sell_tp', '0', '1', '2'),
    optional(text('stk_cd', 12)),
    optional(text('fr_ord_no', 7)),
    choice('dmst_stex_tp', '%', 'KRX', 'NXT', 'SOR'),
  ],
  answer: (call) => {
    const cursor = cursorOf(call);
    if (isAnswer(cursor)) return cursor;
    const { at } = call.arrival;
    const day = given(field(call, 'ord_dt')) ?? kstDay(at);
    const asked: Wanted = {
      day,
      side: sides[field(call, 'sell_tp')],
      exchange: given(field(call, 'dmst_stex_tp')),
      code: given(field(call, 'stk_cd')),
    };
    const first = Number(given(field(call, 'fr_ord_no')) ?? 0);
    const kind = field(call, 'qry_tp');
    // Bonds are not simulated, and nothing is ever filled.
    const none = kind === '4' || field(call, 'stk_bond_tp') === '2';
    const newestFirst = none ? [] : wanted(call, asked).filter((open) => Number(open.number) >= first);
    const inOrder = kind === '1' ? newestFirst.toReversed() : newestFirst;
    const after = (open: OpenOrder): boolean => {
      if (cursor === undefined) return true;
      return kind === '1' ? Number(open.number) > cursor.place : Number(open.number) < cursor.place;
    };
    const { rows, nextKey } = cutPage(call, inOrder.filter(after), ROWS, (open) => ({
      day,
      place: Number(open.number),
    }));
    return orderHistory(
      rows.map((open) => rowOf(call.broker, open, at)),
      nextKey,
    );
  },
});

/** Orders that are not filled yet. */
export const openOrderList = (): KiwoomEndpoint => ({
  apiId: 'ka10075',
  path: '/api/dostk/acnt',
  fields: [
    choice('all_stk_tp', '0', '1'),
    choice('trde_tp', '0', '1', '2'),
    optional(text('stk_cd', 6)),
    choice('stex_tp', '0', '1', '2'),
  ],
  answer: (call) => {
    if (field(call, 'all_stk_tp') === '1' && field(call, 'stk_cd') === '') return fieldMissing('stk_cd');
    const cursor = cursorOf(call);
    if (isAnswer(cursor)) return cursor;
    const day = kstDay(call.arrival.at);
    const asked: Wanted = {
      day,
      side: sides[field(call, 'trde_tp')],
      exchange: exchanges[field(call, 'stex_tp')],
      code: field(call, 'all_stk_tp') === '1' ? field(call, 'stk_cd') : undefined,
    };
    const found = wanted(call, asked).filter((open) => cursor === undefined || Number(open.number) < cursor.place);
    const { rows, nextKey } = cutPage(call, found, ROWS, (open) => ({ day, place: Number(open.number) }));
    return openOrders(
      rows.map((open) => rowOf(call.broker, open, call.arrival.at)),
      nextKey,
    );
  },
});

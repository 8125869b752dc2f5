import { kstSecond } from '../../market/kst.js';
import type { Market } from '../../market/market.js';
import type { Answer } from '../../wire/answer.js';
import { accepted } from '../../wire/kis/answer.js';
import { balanceAnswer, type HoldingRow } from '../../wire/kis/balance.js';
import { accountInvalid, fieldInvalid, fieldLength } from '../../wire/kis/errors.js';
import { hhmmss } from '../../wire/text.js';
import { header } from '../house.js';
import { field, type Endpoint, type KisCall } from './endpoint.js';

const PAGE_ROWS = { real: 50, paper: 20 } as const;
/** Branch that forwards orders; needed again to change or cancel one. */
export const BRANCH = '91252';
const FIRST_ORDER = 117_057;

const accountProblem = (call: KisCall): Answer | undefined => {
  const account = field(call, 'CANO') + field(call, 'ACNT_PRDT_CD');
  const right = call.key.account === undefined ? /^\d{10}$/.test(account) : account === call.key.account;
  return right ? undefined : accountInvalid();
};

/** The same portfolio for everybody; beyond the known symbols, invented codes fill it up. */
const portfolio = (market: Market, count: number, at: number): HoldingRow[] => {
  const symbols = [...market.symbols.values()];
  return Array.from({ length: count }, (_, index) => {
    const symbol = symbols[index];
    const quote = symbol === undefined ? undefined : market.quote(symbol.code, 'KRX', at);
    if (symbol === undefined || quote === undefined) {
      const code = String(900_000 + index);
      return { code, name: `종목${code}`, quantity: 1, averagePrice: 1_000, price: 1_000, previousClose: 1_000 };
    }
    // A sold-out position stays listed with quantity 0 until settlement.
    const quantity = index === 1 ? 0 : 10 * (index + 1);
    const { price, previousClose } = quote;
    return { code: symbol.code, name: symbol.name, quantity, averagePrice: symbol.basePrice, price, previousClose };
  });
};

export const inquireBalance = (): Endpoint => ({
  method: 'GET',
  path: '/uapi/domestic-stock/v1/trading/inquire-balance',
  trs: { real: ['TTTC8434R'], paper: ['VTTC8434R'] },
  required: [
    'CANO',
    'ACNT_PRDT_CD',
    'AFHR_FLPR_YN',
    'OFL_YN',
    'INQR_DVSN',
    'UNPR_DVSN',
    'FUND_STTL_ICLD_YN',
    'FNCG_AMT_AUTO_RDPT_YN',
    'PRCS_DVSN',
    'CTX_AREA_FK100',
    'CTX_AREA_NK100',
  ],
  answer: (call) => {
    const problem = accountProblem(call);
    if (problem !== undefined) return problem;
    const { market, settings } = call.broker;
    const next = header(call.arrival, 'tr_cont') === 'N';
    const offset = next ? Number(field(call, 'CTX_AREA_NK100').trim()) : 0;
    if (!Number.isInteger(offset)) return fieldInvalid('CTX_AREA_NK100');
    return balanceAnswer(portfolio(market, settings.holdings, call.arrival.at), {
      cano: field(call, 'CANO'),
      product: field(call, 'ACNT_PRDT_CD'),
      offset,
      rows: PAGE_ROWS[call.environment],
    });
  },
});

const orderProblem = (call: KisCall): Answer | undefined => {
  const account = accountProblem(call);
  if (account !== undefined) return account;
  if (!/^(\d{6}|Q\d{6})$/.test(field(call, 'PDNO'))) return fieldLength('PDNO');
  if (!/^[1-9]\d*$/.test(field(call, 'ORD_QTY'))) return fieldInvalid('ORD_QTY');
  return /^\d+$/.test(field(call, 'ORD_UNPR')) ? undefined : fieldInvalid('ORD_UNPR');
};

const sellTrs = ['TTTC0011U', 'TTTC0801U', 'VTTC0011U', 'VTTC0801U'];

/** Accepts every well-formed order at any hour, writes it down and fills none. The old TR ids still work. */
export const orderCash = (): Endpoint => {
  let orders = 0;
  return {
    method: 'POST',
    path: '/uapi/domestic-stock/v1/trading/order-cash',
    trs: {
      real: ['TTTC0012U', 'TTTC0011U', 'TTTC0802U', 'TTTC0801U'],
      paper: ['VTTC0012U', 'VTTC0011U', 'VTTC0802U', 'VTTC0801U'],
    },
    required: ['CANO', 'ACNT_PRDT_CD', 'PDNO', 'ORD_DVSN', 'ORD_QTY', 'ORD_UNPR'],
    answer: (call) => {
      const problem = orderProblem(call);
      if (problem !== undefined) return problem;
      const { at } = call.arrival;
      const odno = String(FIRST_ORDER + orders).padStart(10, '0');
      orders += 1;
      call.broker.journal.addOrder('kis', call.arrival, { odno, body: Object.fromEntries(call.fields) });
      call.broker.orderNews.tell({
        broker: 'kis',
        keyId: call.broker.keys.idOf(call.key.appKey),
        at,
        number: odno,
        account: field(call, 'CANO') + field(call, 'ACNT_PRDT_CD'),
        code: field(call, 'PDNO'),
        side: sellTrs.includes(call.arrival.tr) ? 'sell' : 'buy',
        quantity: field(call, 'ORD_QTY'),
        price: field(call, 'ORD_UNPR'),
        type: field(call, 'ORD_DVSN'),
        exchange: field(call, 'EXCG_ID_DVSN_CD') || 'KRX',
      });
      return accepted({ KRX_FWDG_ORD_ORGNO: BRANCH, ODNO: odno, ORD_TMD: hhmmss(kstSecond(at)) });
    },
  };
};

import { afterEach, describe, expect, it } from 'vitest';
import { demoKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '../../src/index.js';
import { code, get, json, kst, post, rows, signIn, type Row } from '../support/kis.js';
import { sample, shapeOf } from '../support/sample.js';

let sim: BrokerSim;
afterEach(() => sim.close());

const open = async (options: BrokerSimOptions = {}): Promise<Row> => {
  sim = await startBrokerSim({ now: () => kst('2026-11-06', '12:10:52'), limit: { perSecond: 100 }, ...options });
  return signIn(sim);
};

const balance = (headers: Row, tr: string, cursor = '', more: Row = {}) =>
  get(
    sim,
    '/uapi/domestic-stock/v1/trading/inquire-balance',
    {
      CANO: '00000000',
      ACNT_PRDT_CD: '01',
      AFHR_FLPR_YN: 'N',
      OFL_YN: '',
      INQR_DVSN: '02',
      UNPR_DVSN: '01',
      FUND_STTL_ICLD_YN: 'N',
      FNCG_AMT_AUTO_RDPT_YN: 'N',
      PRCS_DVSN: '00',
      CTX_AREA_FK100: '',
      CTX_AREA_NK100: cursor,
      ...more,
    },
    { ...headers, tr_id: tr, tr_cont: cursor === '' ? '' : 'N' },
  );

const order = {
  CANO: '00000000',
  ACNT_PRDT_CD: '01',
  PDNO: '005930',
  ORD_DVSN: '00',
  ORD_QTY: '1',
  ORD_UNPR: '70000',
};
const send = (headers: Row, body: unknown = order, tr = 'TTTC0012U') =>
  post(sim, '/uapi/domestic-stock/v1/trading/order-cash', body, { ...headers, tr_id: tr });

describe('inquire-balance', () => {
  it('has the fields and paddings of the sample', async () => {
    const reply = await balance(await open(), 'TTTC8434R');
    const expected = sample('inquire-balance') as Record<string, string>;
    expect(shapeOf(json(reply))).toEqual(shapeOf(expected));
    expect(json(reply).ctx_area_fk100).toBe(expected.ctx_area_fk100?.trimEnd().padEnd(100));
    expect(json(reply).ctx_area_nk100).toBe(' '.repeat(100));
    expect(reply.headers.get('tr_cont')).toBe('D');
    expect(rows(reply, 'output1')[1]?.hldg_qty).toBe('0');
  });

  it.each([
    ['real', 'TTTC8434R', [50, 20]],
    ['paper', 'VTTC8434R', [20, 20, 20, 10]],
  ] as const)('comes in pages on %s', async (environment, tr, sizes) => {
    const headers = await open({ environment, holdings: 70, limit: { perSecond: 100 } });
    const found: number[] = [];
    const codes = new Set<string>();
    for (let cursor = ''; ;) {
      const reply = await balance(headers, tr, cursor);
      const page = rows(reply, 'output1');
      found.push(page.length);
      for (const row of page) codes.add(row.pdno ?? '');
      if (reply.headers.get('tr_cont') === 'D') break;
      expect(code(reply)).toBe('KIOK0500');
      cursor = json(reply).ctx_area_nk100 as string;
    }
    expect(found).toEqual(sizes);
    expect(codes.size).toBe(70);
  });

  it('refuses an account that is not the key’s', async () => {
    const headers = await open({ keys: [{ ...demoKeys, account: '1234567801' }] });
    expect(code(await balance(headers, 'TTTC8434R'))).toBe('OPSQ2000');
    expect((await balance(headers, 'TTTC8434R', '', { CANO: '12345678' })).status).toBe(200);
  });
});

describe('order-cash', () => {
  it('answers like the sample, with upper-case keys', async () => {
    const reply = await send(await open());
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('order-cash')));
    expect(json(reply).msg1).toMatch(/^주문 전송 완료 되었습니다\. {2,}$/);
    expect(json(reply)).toMatchObject({ msg_cd: 'APBK0013', output: { ODNO: '0000117057', ORD_TMD: '121052' } });
  });

  it('writes every order down and counts identical ones and repeated markers', async () => {
    const headers = await open();
    await send({ ...headers, gt_uid: 'one' });
    await send({ ...headers, gt_uid: 'two' }, { ...order, ORD_QTY: '2' });
    await send({ ...headers, gt_uid: 'two' });
    const { orders } = sim.journal();
    expect(orders).toMatchObject({ count: 3, duplicates: 1, duplicateMarkers: 1 });
    expect(orders.list[1]).toMatchObject({ tr: 'TTTC0012U', marker: 'two', body: { ORD_QTY: '2' } });
  });

  it.each([
    ['lower-case keys', { cano: '00000000' }, 'OPSQ2001'],
    ['a short code', { ...order, PDNO: '5930' }, 'OPSQ2002'],
    ['no quantity', { ...order, ORD_QTY: '0' }, 'OPSQ2001'],
    ['an empty body', '', 'OPSQ9995'],
    ['no JSON', '{', 'OPSQ9997'],
  ])('refuses %s and books nothing', async (_, body, expected) => {
    expect(code(await send(await open(), body))).toBe(expected);
    expect(sim.journal().orders.count).toBe(0);
  });

  it('wants the TR of its domain; the old ids still work', async () => {
    const headers = await open();
    expect(code(await send(headers, order, 'VTTC0012U'))).toBe('EGW02004');
    expect(code(await send(headers, order, 'TTTC0802U'))).toBe('APBK0013');
    expect(code(await send(headers, order, 'TTTC0011U'))).toBe('APBK0013');
  });
});

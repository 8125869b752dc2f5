import { describe, expect, it } from 'vitest';

import type { Candle, CandleQuery, Notice } from '../../src/index.js';
import { openKiwoomStage } from '../support/hub.js';

const stock = { stk_cd: '005930' };
const minutes = { ...stock, tic_scope: '1', upd_stkpc_tp: '0' };
const order = { ...stock, dmst_stex_tp: 'KRX', ord_qty: '1', ord_uv: '70000', trde_tp: '0' };

describe('a call to Kiwoom', () => {
  it('goes through token, quota and HTTP, and comes back with the broker’s own body', async () => {
    await using stage = await openKiwoomStage();
    const answer = await stage.hub().kiwoom.call('ka10001', stock);
    expect(answer).toMatchObject({ status: 200, tr: 'ka10001', body: { return_code: 0, stk_cd: '005930' } });
    expect(answer.keyId).toMatch(/^[0-9a-f]{12}$/);
    expect(stage.sim.journal().tokenIssues).toMatchObject({ kis: 0, kiwoom: 1 });
  });

  it('of many at once stays within the quota of each id and of the key', async () => {
    await using stage = await openKiwoomStage({ kiwoom: { limit: { perTr: 5, total: 8 } } });
    const hub = stage.hub({ kiwoom: { totalPerSecond: 8 } });
    const calls = Array.from({ length: 12 }, (_each, index) =>
      index % 2 === 0 ? hub.kiwoom.call('ka10001', stock) : hub.kiwoom.call('ka10003', stock),
    );
    expect(await Promise.all(calls)).toHaveLength(12);
    expect(stage.sim.journal().brokers.kiwoom).toMatchObject({ calls: 12, breaches: 0 });
  });

  it('that is told to slow down waits and comes again', async () => {
    await using stage = await openKiwoomStage({ kiwoom: { limit: { perTr: 1 } } });
    const retries: string[] = [];
    const notify = (notice: Notice): void => {
      if (notice.kind === 'retry') retries.push(notice.code);
    };
    const hub = stage.hub({ kiwoom: { perSecond: 5 } }, { notify });
    await Promise.all([hub.kiwoom.call('ka10001', stock), hub.kiwoom.call('ka10001', stock)]);
    expect(new Set(retries)).toEqual(new Set(['HUB_BROKER_BUSY']));
    expect(stage.sim.journal().brokers.kiwoom).toMatchObject({ calls: 2 + retries.length, breaches: retries.length });
  });

  it('with a token that has died is repeated with a new one, once', async () => {
    await using stage = await openKiwoomStage();
    const hub = stage.hub();
    await hub.kiwoom.call('ka10001', stock);
    stage.sim.killTokens('revoked');
    expect((await hub.kiwoom.call('ka10001', stock)).body.return_code).toBe(0);
    expect(stage.sim.journal().tokenIssues.kiwoom).toBe(2);
  });

  it('for too many codes looks like the limit, and is not repeated', async () => {
    await using stage = await openKiwoomStage();
    const stk_cd = Array<string>(101).fill('005930').join('|');
    await expect(stage.hub().kiwoom.call('ka10095', { stk_cd })).rejects.toMatchObject({
      code: 'HUB_BROKER_REFUSED',
      brokerCode: '1634',
      remedy: expect.stringContaining('100'),
    });
    expect(stage.sim.journal().brokers.kiwoom).toMatchObject({ calls: 1, breaches: 0 });
  });

  it('with a wrong secret says what to check, in Korean and English', async () => {
    await using stage = await openKiwoomStage();
    const hub = stage.hub({ kiwoom: { secretKey: 'wrong' } });
    await expect(hub.kiwoom.call('ka10001', stock)).rejects.toMatchObject({
      code: 'HUB_TOKEN_REFUSED',
      message: expect.stringMatching(/[가-힣].*do not verify/),
      remedy: expect.stringContaining('HUB_KIWOOM_SECRET_KEY'),
    });
  });

  it('to a broker that is not set up says which variable is missing', async () => {
    await using stage = await openKiwoomStage();
    const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };
    await expect(stage.hub().kis.call('inquire-price', price)).rejects.toMatchObject({
      code: 'HUB_CONFIG',
      message: expect.stringContaining('HUB_KIS_APP_KEY'),
    });
  });
});

describe('pages of Kiwoom', () => {
  it('are walked by the key of the answer, newest first', async () => {
    await using stage = await openKiwoomStage();
    const labels: string[] = [];
    const pages = stage.hub().kiwoom.pages('ka10080', { ...minutes, base_dt: '20261106' }, { maxPages: 3 });
    for await (const { body } of pages) {
      const rows = body.stk_min_pole_chart_qry as { cntr_tm: string }[];
      expect(rows).toHaveLength(900);
      labels.push(...rows.map(({ cntr_tm }) => cntr_tm));
    }
    expect(labels).toHaveLength(2_700);
    expect(labels).toEqual([...new Set(labels)].sort().reverse());
  });
});

describe('an order at Kiwoom', () => {
  it('is placed once', async () => {
    await using stage = await openKiwoomStage();
    const { body } = await stage.hub().kiwoom.call('kt10000', order, { priority: 'order' });
    expect(body.ord_no).toMatch(/^\d{7}$/);
    expect(stage.sim.journal().orders).toMatchObject({ count: 1, duplicates: 0 });
  });

  it('without an answer is not sent again, and names the list of orders', async () => {
    await using stage = await openKiwoomStage();
    stage.sim.faults.add({ kind: 'reset', match: { tr: 'kt10000' }, times: 1 });
    const hub = stage.hub();
    await expect(hub.kiwoom.call('kt10000', order)).rejects.toMatchObject({
      code: 'HUB_OUTCOME_UNKNOWN',
      remedy: expect.stringContaining('kt00007'),
    });
    expect(stage.sim.journal().orders.count).toBe(1);
    const all = { qry_tp: '2', stk_bond_tp: '0', sell_tp: '0', dmst_stex_tp: '%' };
    const { body } = await hub.kiwoom.call('kt00007', all);
    expect(body.acnt_ord_cntr_prps_dtl).toMatchObject([{ stk_cd: 'A005930', ord_qty: '0000000001' }]);
  });
});

/** The values of a bar that both brokers tell. */
const barOf = ({ startMs, open, high, low, close, volume }: Omit<Candle, 'source' | 'value'>) => ({
  ...{ startMs, open, high, low, close, volume },
});

it('an order never carries the cursor of a page', async () => {
  await using stage = await openKiwoomStage();
  const page = { params: order, cursor: { 'cont-yn': 'Y', 'next-key': 'A' } };
  await expect(stage.hub().kiwoom.page('kt10000', page)).rejects.toMatchObject({ code: 'HUB_CALL_INVALID' });
  expect(stage.sim.journal().orders.count).toBe(0);
});

describe('bars of Kiwoom', () => {
  it.each([
    ['KRX', '1m'],
    ['NXT', '1m'],
    ['UN', '1m'],
    ['KRX', '1d'],
    ['UN', '1d'],
  ] as const)('of %s %s are the truth', async (venue, interval) => {
    await using stage = await openKiwoomStage();
    const range = { venue, interval, from: '2026-10-26', to: '2026-11-06' } as const;
    const bars: Candle[] = [];
    const query: CandleQuery = { symbol: '000660', ...range };
    for await (const bar of stage.hub().candles(query)) bars.push(bar);
    const { rows } = stage.sim.truth({ symbols: ['000660'], ...range });
    expect(rows.length).toBeGreaterThan(8);
    expect(bars.map(barOf)).toEqual(rows.map(barOf));
    expect(new Set(bars.map(({ source }) => source))).toEqual(new Set(['REST_API_KIWOOM']));
  });

  it('of a stock that it does not know are HUB_SYMBOL_UNKNOWN', async () => {
    await using stage = await openKiwoomStage();
    const query = { symbol: '999999', venue: 'KRX', interval: '1m', from: '2026-11-06', to: '2026-11-06' } as const;
    const first = stage.hub().candles(query).next();
    await expect(first).rejects.toMatchObject({ code: 'HUB_SYMBOL_UNKNOWN' });
  });
});

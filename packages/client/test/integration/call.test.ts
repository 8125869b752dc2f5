import { describe, expect, it } from 'vitest';

import type { Candle } from '../../src/index.js';
import { dayMs, kstDay } from '../../src/broker/kst.js';
import { openStage, priceOf } from '../support/hub.js';

const order = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
const balance = {
  CANO: '12345678',
  ACNT_PRDT_CD: '01',
  AFHR_FLPR_YN: 'N',
  OFL_YN: '',
  INQR_DVSN: '02',
  UNPR_DVSN: '01',
  FUND_STTL_ICLD_YN: 'N',
  FNCG_AMT_AUTO_RDPT_YN: 'N',
  PRCS_DVSN: '00',
  CTX_AREA_FK100: '',
  CTX_AREA_NK100: '',
};

describe('a call', () => {
  it('goes through token, quota and HTTP, and comes back with the broker’s own body', async () => {
    await using stage = await openStage();
    const answer = await stage.hub().kis.call('inquire-price', priceOf('005930'));
    expect(answer.status).toBe(200);
    expect(answer.headers.tr_id).toBe('FHKST01010100');
    expect(answer.body).toMatchObject({ rt_cd: '0', output: { stck_shrn_iscd: '005930' } });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Math.abs(answer.receivedAt - Date.now())).toBeLessThan(60_000);
  });

  it('places an order once', async () => {
    await using stage = await openStage();
    const answer = await stage.hub().kis.call('order-cash-buy', order, { priority: 'order' });
    expect(answer.body.rt_cd).toBe('0');
    expect(stage.sim.journal().orders).toMatchObject({ count: 1, duplicates: 0 });
  });

  it.each([
    ['a missing parameter', 'inquire-price', { FID_INPUT_ISCD: '005930' }, {}, 'FID_COND_MRKT_DIV_CODE is missing'],
    ['an unknown parameter', 'inquire-price', { ...priceOf('005930'), X: '1' }, {}, 'X is unknown'],
    ['a number', 'inquire-price', { ...priceOf('005930'), FID_INPUT_ISCD: 5930 }, {}, 'is not a string'],
    ['an unknown endpoint', 'inquire-prices', priceOf('005930'), {}, 'unknown endpoint'],
    ['a name of every object', 'constructor', {}, {}, 'unknown endpoint'],
    ['too long a deadline', 'inquire-price', priceOf('005930'), { timeoutMs: 10_001 }, 'out of range'],
    ['no parameters at all', 'inquire-price', null, {}, 'the parameters are no object'],
    ['a list of parameters', 'inquire-price', ['005930'], {}, 'the parameters are no object'],
    ['options that are none', 'inquire-price', priceOf('005930'), null, 'the options are no object'],
    ['a signal that is none', 'inquire-price', priceOf('005930'), { signal: {} }, 'signal is no AbortSignal'],
    ['a timeout as text', 'inquire-price', priceOf('005930'), { timeoutMs: '500' }, 'timeoutMs 500 is out of range'],
    ['a deadline of no time', 'inquire-price', priceOf('005930'), { deadlineMs: 0 }, 'deadlineMs 0 is out of range'],
    ['an endless deadline', 'inquire-price', priceOf('005930'), { deadlineMs: 1e15 }, 'is out of range'],
    ['an unknown urgency', 'inquire-price', priceOf('005930'), { priority: 'now' }, 'priority "now" is unknown'],
    ['a caller without a name', 'inquire-price', priceOf('005930'), { caller: '' }, 'caller "" is no label'],
    ['a caller with a tab', 'inquire-price', priceOf('005930'), { caller: 'a\tb' }, 'is no label'],
    ['a caller with a long name', 'inquire-price', priceOf('005930'), { caller: 'x'.repeat(65) }, 'is no label'],
    ['a caller that is a number', 'inquire-price', priceOf('005930'), { caller: 7 }, 'caller 7 is no label'],
    ['an order to be joined', 'order-cash-buy', order, { coalesce: true }, 'coalesce is for reads'],
    [
      'a joined call to be stopped',
      'inquire-price',
      priceOf('005930'),
      { coalesce: true, beforeSend: async () => undefined },
      'exclude each other',
    ],
    ['a wish to join as text', 'inquire-price', priceOf('005930'), { coalesce: 'yes' }, 'coalesce is neither'],
    ['a deadline that is none', 'inquire-price', priceOf('005930'), { timeoutMs: Number.NaN }, 'out of range'],
  ])('with %s is HUB_CALL_INVALID, and nothing is sent', async (_what, endpoint, params, options, words) => {
    await using stage = await openStage();
    const call = stage
      .hub()
      .kis.call(endpoint as 'inquire-price', params as ReturnType<typeof priceOf>, options as object);
    await expect(call).rejects.toMatchObject({ code: 'HUB_CALL_INVALID', message: expect.stringContaining(words) });
    expect(stage.sim.journal().entries).toEqual([]);
  });

  it('that paper trading does not offer is HUB_CALL_INVALID', async () => {
    await using stage = await openStage();
    const hub = stage.hub({ kis: { environment: 'paper' } });
    await expect(
      hub.kis.call('chk-holiday', { BASS_DT: '20261101', CTX_AREA_NK: '', CTX_AREA_FK: '' }),
    ).rejects.toMatchObject({ code: 'HUB_CALL_INVALID' });
  });

  it('outlives broken connections and broken pages of the broker', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    for (const kind of ['reset', '5xx', 'html', 'truncate'] as const) {
      stage.sim.faults.add({ kind, match: { path: 'inquire-price' }, times: 1 });
      expect((await hub.kis.call('inquire-price', priceOf('005930'))).body.rt_cd).toBe('0');
    }
  });
});

describe('pages', () => {
  it('of a balance are walked to the last one', async () => {
    await using stage = await openStage({ holdings: 70 });
    const pages: unknown[][] = [];
    for await (const { body } of stage.hub().kis.pages('inquire-balance', balance))
      pages.push(body.output1 as unknown[]);
    expect(pages).toHaveLength(2);
    expect(new Set(pages.flat().map((row) => (row as { pdno: string }).pdno)).size).toBe(pages.flat().length);
    expect(stage.sim.journal().byTr.TTTC8434R).toBe(2);
  });

  it('of a balance take the account from the settings when the call does not name it', async () => {
    await using stage = await openStage();
    const { CANO: _cano, ACNT_PRDT_CD: _product, ...rest } = balance;
    const hub = stage.hub({ kis: { account: '12345678-01' } });
    await expect(hub.kis.call('inquire-balance', rest)).resolves.toMatchObject({ status: 200 });
    await expect(stage.hub().kis.call('inquire-balance', rest)).rejects.toMatchObject({
      code: 'HUB_CALL_INVALID',
      message: 'inquire-balance: CANO is missing; ACNT_PRDT_CD is missing',
    });
  });

  it('of holidays go on day after day, as far as wanted', async () => {
    await using stage = await openStage();
    const days: string[] = [];
    const params = { BASS_DT: '20261101', CTX_AREA_NK: '', CTX_AREA_FK: '' };
    for await (const { body } of stage.hub().kis.pages('chk-holiday', params, { maxPages: 2 })) {
      days.push(...(body.output as { bass_dt: string }[]).map(({ bass_dt }) => bass_dt));
    }
    expect(days[0]).toBe('20261101');
    expect(days).toEqual([...new Set(days)].sort());
    expect(stage.sim.journal().byTr.CTCA0903R).toBe(2);
  });

  it('of a chart are refused: it is paged by its window', async () => {
    await using stage = await openStage();
    const pages = stage.hub().kis.pagesFrom('inquire-daily-itemchartprice', { params: {}, cursor: {} });
    await expect(pages.next()).rejects.toMatchObject({ code: 'HUB_CALL_INVALID' });
  });
});

describe('candles', () => {
  it.each(['1m', '1d'] as const)('(%s) equal the truth of the broker, row by row', async (interval) => {
    await using stage = await openStage();
    // Two weeks back: no holidays are that long, whatever today is.
    const [from, to] = [kstDay(Date.now() - 14 * dayMs), kstDay(Date.now() - dayMs)];
    const bars: Candle[] = [];
    for await (const bar of stage.hub().candles({ symbol: '005930', venue: 'KRX', interval, from, to })) bars.push(bar);
    const truth = stage.sim.truth({ symbols: ['005930'], venue: 'KRX', interval, from, to });
    expect(bars.length).toBeGreaterThan(0);
    expect(bars.map(({ source, ...bar }) => bar)).toEqual(truth.rows);
  });
});

describe('the quota', () => {
  it('is never overdrawn by 3 hubs with 200 calls over a jittery line', async () => {
    await using stage = await openStage({ network: 'jittery', limit: { perSecond: 40, window: 'sliding' } });
    const hubs = [1, 2, 3].map(() => stage.hub({ kis: { perSecond: 40 } }));
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) =>
        hubs[index % 3]?.kis.call('inquire-price', priceOf('005930'), { priority: 'backfill' }),
      ),
    );
    const { breaches, calls, maxInWindow } = stage.sim.journal();
    expect({ breaches, calls }).toEqual({ breaches: 0, calls: 200 });
    expect(maxInWindow).toBeLessThanOrEqual(40);
  });
});

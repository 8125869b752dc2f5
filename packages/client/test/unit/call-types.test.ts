import { expect, expectTypeOf, it } from 'vitest';

import type { KisCallTypes, KisNameIn } from '../../src/broker/kis/call-types.js';
import type { KiwoomCallTypes, KiwoomNameIn } from '../../src/broker/kiwoom/call-types.js';
import { createHub } from '../../src/hub/create-hub.js';
import type { Hub, KisCalls, KiwoomCalls } from '../../src/hub/hub.js';
import type { HubOptions } from '../../src/hub/options.js';

const symbol = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' } as const;

/** Never runs: what does not compile here would not compile for a user. */
const mistakes = async (kis: KisCalls, kiwoom: KiwoomCalls): Promise<void> => {
  await kis.call('inquire-price', symbol);
  await kis.call('domestic-stock/inquire-price', symbol);
  // @ts-expect-error -- no such endpoint
  await kis.call('inquire-prices', symbol);
  // @ts-expect-error -- three areas have it, and domestic stocks do not
  await kis.call('order', symbol);
  // @ts-expect-error -- a required parameter is missing
  await kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J' });
  // @ts-expect-error -- there is no such parameter
  await kis.call('inquire-price', { ...symbol, FID_INPUT_DATE: '20261102' });
  // @ts-expect-error -- values are strings
  await kis.call('inquire-price', { ...symbol, FID_INPUT_ISCD: 5930 });
  // The account comes from the settings.
  await kis.call('order-cash-buy', { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '50000' });
  // @ts-expect-error -- a required parameter is missing
  await kis.call('order-cash-buy', { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1' });
  await kiwoom.call('ka10001', { stk_cd: '005930' });
  // @ts-expect-error -- a parameter of the other broker
  await kiwoom.call('ka10001', symbol);
  // @ts-expect-error -- an id of the WebSocket
  await kiwoom.call('ka10171', {});
  await kiwoom.call('stock-info', { stk_cd: '005930' });
  // @ts-expect-error -- no such English name
  await kiwoom.call('stock-infos', { stk_cd: '005930' });
  // @ts-expect-error -- a required parameter is missing, by the English name too
  await kiwoom.call('stock-minute-chart', { stk_cd: '005930', tic_scope: '1' });
  const bars = await kiwoom.call('stock-minute-chart', { stk_cd: '005930', tic_scope: '1', upd_stkpc_tp: '1' });
  // @ts-expect-error -- a row has no such field
  String(bars.body.stk_min_pole_chart_qry?.[0]?.cntr_time);
  String(bars.body.stk_min_pole_chart_qry?.[0]?.cntr_tm);
  const { body } = await kis.call('inquire-price', symbol);
  // @ts-expect-error -- a field of another endpoint
  String(body.output?.hldg_qty);
  for await (const { body } of kis.pages('chk-holiday', { BASS_DT: '20261102' })) {
    const [day] = [body.output ?? []].flat();
    if (day === undefined) continue;
    // @ts-expect-error -- no such field
    String(day.bzdy);
    String(day.bzdy_yn);
  }
};

/** Never runs either: what depends on the environment that the options name. */
const environments = async (some: HubOptions, either: 'real' | 'paper'): Promise<void> => {
  const paper = createHub({ kis: { environment: 'paper' }, kiwoom: { environment: 'paper' } });
  const hub: Hub = paper; // as what takes any hub sees it
  await hub.kis.call('chk-holiday', { BASS_DT: '20261102' });
  await paper.kis.call('inquire-price', symbol);
  // @ts-expect-error -- not offered for paper trading
  await paper.kis.call('chk-holiday', { BASS_DT: '20261102' });
  // @ts-expect-error -- nor by its full name
  await paper.kis.call('domestic-stock/chk-holiday', { BASS_DT: '20261102' });
  await paper.kiwoom.call('stock-info', { stk_cd: '005930' });
  // @ts-expect-error -- refused on the paper host
  await paper.kiwoom.call('ka01690', { qry_dt: '20261102' });
  // @ts-expect-error -- and by its English name
  await paper.kiwoom.call('account-daily-balance-return', { qry_dt: '20261102' });
  // The other broker is another matter, and so is an environment that is known at run time alone.
  await createHub({ kis: { environment: 'paper' } }).kiwoom.call('ka01690', { qry_dt: '20261102' });
  await createHub(some).kis.call('chk-holiday', { BASS_DT: '20261102' });
  await createHub({ kis: { environment: either } }).kis.call('chk-holiday', { BASS_DT: '20261102' });
  await createHub({ kis: { environment: 'real' } }).kis.call('chk-holiday', { BASS_DT: '20261102' });
  // @ts-expect-error -- no such environment
  createHub({ kis: { environment: 'demo' } });
  // @ts-expect-error -- no such option
  createHub({ kis: { environment: 'paper', perMinutes: 3 } });
};

it('a hub of paper offers what paper trading has, as far as is known', () => {
  type PaperName = KisNameIn<'paper'>;
  expectTypeOf<PaperName>().toExtend<keyof KisCallTypes>();
  expectTypeOf<Extract<PaperName, 'chk-holiday' | 'domestic-stock/chk-holiday'>>().toBeNever();
  expectTypeOf<Extract<PaperName, 'inquire-price'>>().toEqualTypeOf<'inquire-price'>();
  expectTypeOf<Extract<KiwoomNameIn<'paper'>, 'ka01690' | 'account-daily-balance-return'>>().toBeNever();
  expectTypeOf<KisNameIn<'real' | 'paper'>>().toEqualTypeOf<keyof KisCallTypes>();
  expect(environments).toBeTypeOf('function');
});

it('fields of an answer are those of its endpoint, and may be missing', () => {
  expectTypeOf<KisCallTypes['inquire-price']['body']['output']>().toExtend<{ stck_prpr?: string } | undefined>();
  expectTypeOf<NonNullable<KisCallTypes['inquire-price']['body']['output']>>().not.toHaveProperty('stck_pprr');
  expectTypeOf<NonNullable<KiwoomCallTypes['ka10080']['body']['stk_min_pole_chart_qry']>[number]>().toHaveProperty(
    'cntr_tm',
  );
  expect(mistakes).toBeTypeOf('function');
});

import { expect, expectTypeOf, it } from 'vitest';

import type { KisCallTypes } from '../../src/broker/kis/call-types.js';
import type { KiwoomCallTypes } from '../../src/broker/kiwoom/call-types.js';
import type { KisCalls, KiwoomCalls } from '../../src/hub/hub.js';

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
  for await (const { body } of kis.pages('chk-holiday', { BASS_DT: '20261102' })) {
    const [day] = [body.output ?? []].flat();
    if (day === undefined) continue;
    // @ts-expect-error -- no such field
    String(day.bzdy);
    String(day.bzdy_yn);
  }
};

it('fields of an answer are those of its endpoint, and may be missing', () => {
  expectTypeOf<KisCallTypes['inquire-price']['body']['output']>().toExtend<{ stck_prpr?: string } | undefined>();
  expectTypeOf<NonNullable<KisCallTypes['inquire-price']['body']['output']>>().not.toHaveProperty('stck_pprr');
  expectTypeOf<NonNullable<KiwoomCallTypes['ka10080']['body']['stk_min_pole_chart_qry']>[number]>().toHaveProperty(
    'cntr_tm',
  );
  expect(mistakes).toBeTypeOf('function');
});

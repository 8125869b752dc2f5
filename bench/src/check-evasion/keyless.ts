import { startBrokerSim } from '@hub/broker-sim';

/** What one asks a broker for without a key, and whether it is refused. */
export interface KeylessCall {
  readonly call: string;
  readonly refused: boolean;
}

const bearer = { authorization: 'Bearer made-up', 'content-type': 'application/json' };

const calls: readonly { readonly call: string; readonly path: string; readonly init: RequestInit }[] = [
  {
    call: 'KIS: a price without a key',
    path: '/uapi/domestic-stock/v1/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930',
    init: { headers: { tr_id: 'FHKST01010100' } },
  },
  {
    call: 'KIS: a price with a token that nobody issued',
    path: '/uapi/domestic-stock/v1/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930',
    init: { headers: { ...bearer, tr_id: 'FHKST01010100', appkey: 'none', appsecret: 'none' } },
  },
  {
    call: 'KIS: a token without a key',
    path: '/oauth2/tokenP',
    init: { method: 'POST', body: JSON.stringify({ grant_type: 'client_credentials' }) },
  },
  {
    call: 'Kiwoom: a chart without a token',
    path: '/api/dostk/chart',
    init: {
      method: 'POST',
      headers: { 'api-id': 'ka10080' },
      body: JSON.stringify({ stk_cd: '005930', tic_scope: '1', upd_stkpc_tp: '0' }),
    },
  },
  {
    call: 'Kiwoom: a token without a key',
    path: '/oauth2/token',
    init: { method: 'POST', body: JSON.stringify({ grant_type: 'client_credentials' }) },
  },
];

/** The third ring, on brokers that run here: whoever has no keys is refused, by whatever way he came. */
export const keylessCalls = async (): Promise<readonly KeylessCall[]> => {
  const sim = await startBrokerSim({ now: () => Date.parse('2026-11-06T21:00:00+09:00') });
  try {
    const asked = calls.map(async ({ call, path, init }) => {
      const answer = await fetch(sim.url + path, init);
      const body = (await answer.json()) as { readonly rt_cd?: string; readonly return_code?: number };
      // KIS refuses with a status, or with rt_cd other than 0; Kiwoom with return_code, under status 200.
      const granted = answer.ok && !(body.return_code !== undefined && body.return_code !== 0) && body.rt_cd !== '1';
      return { call, refused: !granted };
    });
    return await Promise.all(asked);
  } finally {
    await sim.close();
  }
};

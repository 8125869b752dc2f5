import { afterEach, expect, it } from 'vitest';

import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSim } from '../../src/index.js';

let sim: BrokerSim;
afterEach(() => sim.close());

const post = async (
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> => {
  const sent = { 'content-type': 'application/json', ...headers };
  const reply = await fetch(sim.url + path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  return (await reply.json()) as Record<string, unknown>;
};

const kisHeaders = async (tr: string) => {
  const { appKey: appkey, appSecret: appsecret } = demoKeys;
  const { access_token } = await post('/oauth2/tokenP', { grant_type: 'client_credentials', appkey, appsecret });
  return { authorization: `Bearer ${String(access_token)}`, appkey, appsecret, tr_id: tr, custtype: 'P' };
};

it('a path of KIS that is on its list alone is checked, and answers with one row of zeros', async () => {
  sim = await startBrokerSim();
  const path = '/uapi/overseas-price/v1/quotations/price';
  const headers = await kisHeaders('HHDFS00000300');
  const ask = async (query: string): Promise<Record<string, unknown>> => {
    const reply = await fetch(`${sim.url}${path}?${query}`, { headers });
    return (await reply.json()) as Record<string, unknown>;
  };
  expect(await ask('AUTH=&EXCD=NAS&SYMB=AAPL')).toMatchObject({ rt_cd: '0', output: [{ last: '0' }] });
  expect(await ask('EXCD=NAS')).toMatchObject({ rt_cd: '1', msg_cd: 'OPSQ2001' });
});

it('an id of Kiwoom that is in the workbook alone is checked, and answers with one row of zeros', async () => {
  sim = await startBrokerSim();
  const { appKey: appkey, secretKey: secretkey } = demoKiwoomKeys;
  const { token } = await post('/oauth2/token', { grant_type: 'client_credentials', appkey, secretkey });
  const headers = { authorization: `Bearer ${String(token)}`, 'api-id': 'ka10099' };
  expect(await post('/api/dostk/stkinfo', { mrkt_tp: '0' }, headers)).toMatchObject({
    return_code: 0,
    list: [{ code: '0' }],
  });
  expect(await post('/api/dostk/stkinfo', {}, headers)).toMatchObject({ return_code: 2 });
});

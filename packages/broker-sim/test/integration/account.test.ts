import { describe, expect, it } from 'vitest';
import { demoKeys, type BrokerSim } from '../../src/index.js';
import {
  code,
  endpoints,
  get,
  json,
  post,
  quotation,
  requestToken,
  signIn,
  stock,
  stoppedClock,
  tokenBody,
  type Row,
} from '../support/kis.js';
import { sample, shapeOf } from '../support/sample.js';
import { START, stoppedSimPerTest } from '../support/stopped-sim.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: ReturnType<typeof stoppedClock>;
let sim: BrokerSim;

const open = stoppedSimPerTest((opened) => {
  ({ sim, clock } = opened);
});

const price = (headers: Row) => quotation(sim, headers, endpoints.price, stock());

describe('POST /oauth2/tokenP', () => {
  it('answers like the sample, with the end of the token in KST', async () => {
    const reply = await requestToken(sim);
    expect(reply.status).toBe(200);
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('token-ok')));
    expect(json(reply)).toMatchObject({ expires_in: 86_400, access_token_token_expired: '2026-11-07 10:00:00' });
  });

  it('refuses a second issue within the minute with HTTP 403 and writes both down', async () => {
    await requestToken(sim);
    clock.set(START + MINUTE - 1);
    const refused = await requestToken(sim);
    expect(refused.status).toBe(403);
    expect(json(refused)).toEqual(sample('token-egw00133'));
    expect(sim.journal().tokenIssues).toEqual({ kis: 1, kiwoom: 0, refused: 1 });
    expect(sim.journal().entries.map(({ at, code: said }) => [at, said])).toEqual([
      [START, ''],
      [START + MINUTE - 1, 'EGW00133'],
    ]);
  });

  it('hands out the same token for six hours', async () => {
    const first = json(await requestToken(sim));
    clock.set(START + 6 * HOUR - 1);
    expect(json(await requestToken(sim)).access_token).toBe(first.access_token);
    clock.set(START + 6 * HOUR + MINUTE);
    expect(json(await requestToken(sim)).access_token).not.toBe(first.access_token);
  });

  it.each([
    [{ appkey: 'x'.repeat(36) }, 'EGW00103'],
    [{ appsecret: 'x' }, 'EGW00105'],
    [{ appkey: '' }, 'EGW00102'],
    [{ appsecret: '' }, 'EGW00104'],
    [{ grant_type: 'password' }, 'EGW00116'],
    [{ grant_type: '' }, 'EGW00115'],
  ])('refuses %j as %s', async (wrong, expected) => {
    const refused = await requestToken(sim, { ...tokenBody, ...wrong });
    expect([refused.status, code(refused)]).toEqual([403, expected]);
    expect(Object.keys(json(refused))).toEqual(['error_code', 'error_description']);
  });

  it('takes a shorter minute for impatient tests', async () => {
    await open({ tokenMinuteMs: 100 });
    await requestToken(sim);
    clock.set(START + 100);
    expect((await requestToken(sim)).status).toBe(200);
  });
});

describe('the life of a token', () => {
  it('ends after 24 hours with EGW00123', async () => {
    const headers = await signIn(sim);
    clock.set(START + 24 * HOUR - 1);
    expect((await price(headers)).status).toBe(200);
    clock.set(START + 24 * HOUR);
    const expired = await price(headers);
    expect([expired.status, json(expired)]).toEqual([500, (sample('errors-gateway') as unknown[])[1]]);
  });

  it('ends at once by revokeP, and a new one is issued', async () => {
    const headers = await signIn(sim);
    const token = headers.authorization?.slice(7);
    const revoked = await post(sim, '/oauth2/revokeP', { ...tokenBody, token });
    expect(json(revoked)).toEqual(sample('revoke-ok'));
    const refused = await price(headers);
    expect([refused.status, json(refused)]).toEqual([500, (sample('errors-gateway') as unknown[])[2]]);
    clock.set(START + MINUTE);
    expect((await price(await signIn(sim))).status).toBe(200);
  });

  it('falls into the dead-token trap when asked for', async () => {
    await open({ deadTokenTrap: true });
    const headers = await signIn(sim);
    await post(sim, '/sim/tokens/revoke', '');
    clock.set(START + MINUTE);
    expect(await signIn(sim)).toEqual(headers);
    expect(code(await price(headers))).toBe('EGW00121');
    clock.set(START + 6 * HOUR + MINUTE);
    expect((await price(await signIn(sim))).status).toBe(200);
  });

  it('ends on order of the test with EGW00123', async () => {
    const headers = await signIn(sim);
    expect(json(await post(sim, '/sim/tokens/expire', ''))).toEqual({ killed: 1 });
    expect(code(await price(headers))).toBe('EGW00123');
  });
});

describe('other doors of the account', () => {
  it('give an approval key for a secretkey', async () => {
    const { appkey, appsecret, grant_type } = tokenBody;
    const reply = await post(sim, '/oauth2/Approval', { grant_type, appkey, secretkey: appsecret });
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('approval-ok')));
    expect(code(await post(sim, '/oauth2/Approval', tokenBody))).toBe('EGW00104');
  });

  it('give a hash key without a token, echoing the body', async () => {
    const { BODY } = sample('hashkey-ok') as { BODY: unknown };
    const { appKey: appkey, appSecret: appsecret } = demoKeys;
    const reply = await post(sim, '/uapi/hashkey', BODY, { appkey, appsecret });
    expect(json(reply).BODY).toEqual(BODY);
    expect(json(reply).HASH).toMatch(/^[0-9a-f]{64}$/);
  });

  it('take an order without a hash key, with that of its body, and with no other one', async () => {
    const { appKey: appkey, appSecret: appsecret } = demoKeys;
    const path = '/uapi/domestic-stock/v1/trading/order-cash';
    const body = { CANO: '12345678', ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '7' };
    const headers = { ...(await signIn(sim)), tr_id: 'TTTC0012U' };
    const hashkey = String(json(await post(sim, '/uapi/hashkey', body, { appkey, appsecret })).HASH);
    const send = async (more: Row, sent: Row = body) => code(await post(sim, path, sent, { ...headers, ...more }));
    expect([await send({}), await send({ hashkey })]).toEqual(['APBK0013', 'APBK0013']);
    expect(await send({ hashkey }, { ...body, ORD_QTY: '2' })).toBe('EGW00131');
    expect(sim.journal().orders.count).toBe(2);
  });
});

describe('the gate', () => {
  it.each<[string, Row, number, string]>([
    ['no Bearer', { authorization: 'Basic x' }, 500, 'EGW00205'],
    ['an unknown token', { authorization: 'Bearer x' }, 500, 'EGW00121'],
    ['an unknown app key', { appkey: 'x' }, 500, 'EGW00103'],
    ['a wrong secret', { appsecret: 'x' }, 500, 'EGW00105'],
    ['no tr_id', { tr_id: '' }, 200, 'OPSQ9999'],
    ['a TR of another path', { tr_id: 'FHKST01010300' }, 200, 'OPSQ0002'],
    ['no custtype', { custtype: '' }, 200, 'OPSQ0007'],
  ])('refuses %s', async (_, wrong, status, expected) => {
    const headers = { ...(await signIn(sim)), tr_id: 'FHKST01010100', ...wrong };
    const reply = await get(sim, '/uapi/domestic-stock/v1/quotations/inquire-price', stock(), headers);
    expect([reply.status, code(reply), json(reply).rt_cd]).toEqual([status, expected, '1']);
  });

  it('refuses a token of another key', async () => {
    const other = { appKey: 'other', appSecret: 'secret' };
    await open({ keys: [demoKeys, other] });
    const { authorization = '' } = await signIn(sim);
    const stolen = { authorization, appkey: other.appKey, appsecret: other.appSecret, custtype: 'P' };
    expect(code(await price(stolen))).toBe('EGW00121');
  });

  it('refuses a paper key on the real domain and a real TR on the paper domain', async () => {
    await open({ keys: [{ ...demoKeys, environment: 'paper' }] });
    const wrongKey = await price(await signIn(sim));
    expect([wrongKey.status, code(wrongKey)]).toEqual([500, 'EGW02004']);
    await open({ environment: 'paper' });
    const holiday = { BASS_DT: '20261106', CTX_AREA_NK: '', CTX_AREA_FK: '' };
    expect(code(await quotation(sim, await signIn(sim), endpoints.holiday, holiday))).toBe('EGW02004');
  });

  it('lets clients without custtype in when told so', async () => {
    await open({ requireCusttype: false });
    const { custtype: _, ...headers } = await signIn(sim);
    expect((await price(headers)).status).toBe(200);
  });

  it.each<[Row, string]>([
    [{ FID_INPUT_ISCD: '005930' }, 'OPSQ2001'],
    [{ FID_COND_MRKT_DIV_CODE: 'X', FID_INPUT_ISCD: '005930' }, 'OPSQ2001'],
    [{ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '' }, 'OPSQ2002'],
  ])('refuses the fields %j as %s', async (query, expected) => {
    const reply = await quotation(sim, await signIn(sim), endpoints.price, query);
    expect([reply.status, code(reply), json(reply).rt_cd]).toEqual([200, expected, '1']);
  });

  it('takes lower-case field names, and sends the headers of the broker', async () => {
    const query = { fid_cond_mrkt_div_code: 'J', fid_input_iscd: '005930' };
    const reply = await quotation(sim, await signIn(sim), endpoints.price, query);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('tr_id')).toBe('FHKST01010100');
    expect(reply.headers.get('tr_cont')).toBe('');
    expect(reply.headers.get('gt_uid')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the quota', () => {
  it('answers a breach in the words of the broker and counts it', async () => {
    await open({ limit: { perSecond: 3 } });
    const headers = await signIn(sim);
    const replies = await Promise.all(Array.from({ length: 5 }, () => price(headers)));
    const refused = replies.filter((reply) => reply.status === 500);
    expect(refused).toHaveLength(2);
    expect(refused.map(json)).toEqual(Array.from({ length: 2 }, () => (sample('errors-gateway') as unknown[])[0]));
    expect(sim.journal()).toMatchObject({ calls: 5, breaches: 2, maxInWindow: 5, byTr: { FHKST01010100: 5 } });
    clock.set(START + 1000);
    expect((await price(headers)).status).toBe(200);
  });

  it('does not count token calls', async () => {
    await open({ limit: { perSecond: 1 }, tokenMinuteMs: 0 });
    await signIn(sim);
    await signIn(sim);
    expect((await price(await signIn(sim))).status).toBe(200);
    expect(sim.journal()).toMatchObject({ calls: 1, breaches: 0, tokenIssues: { kis: 3, kiwoom: 0, refused: 0 } });
  });
});

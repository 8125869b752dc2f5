import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoKeys, demoKiwoomKeys, startBrokerSim, type BrokerSim, type BrokerSimOptions } from '../../src/index.js';
import {
  endpoints,
  get,
  json,
  kst,
  post,
  quotation,
  signIn as signInAtKis,
  stock,
  stoppedClock,
  type Json,
  type Row,
} from '../support/kis.js';
import { ask, innerCode, minuteBody, refusal, requestToken, signIn, tokenBody } from '../support/kiwoom.js';
import { sample, shapeOf } from '../support/sample.js';

const START = kst('2026-11-06', '10:00:00');
const HOUR = 3_600_000;

let clock: ReturnType<typeof stoppedClock>;
let sim: BrokerSim;

const open = async (options: BrokerSimOptions = {}): Promise<void> => {
  await sim.close();
  sim = await startBrokerSim({ now: clock.now, ...options });
};

beforeEach(async () => {
  clock = stoppedClock(START);
  sim = await startBrokerSim({ now: clock.now });
});
afterEach(() => sim.close());

const info = (headers: Row, more: Row = {}) => ask(sim, { ...headers, ...more }, 'ka10001', { stk_cd: '005930' });
const tokenOf = (headers: Row): string => headers.authorization?.slice('Bearer '.length) ?? '';

describe('POST /oauth2/token', () => {
  it('answers like the sample, with the end of the token in KST', async () => {
    const reply = await requestToken(sim);
    expect(shapeOf(json(reply))).toEqual(shapeOf(sample('kiwoom/au10001')));
    expect(json(reply)).toMatchObject({ expires_dt: '20261107100000', token_type: 'bearer', return_code: 0 });
    expect(json(reply).token).toMatch(/^[\w-]{80,100}$/);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  });

  it('hands out the same token while it lives, as often as it is asked', async () => {
    const first = json(await requestToken(sim));
    clock.set(START + 24 * HOUR - 1);
    expect(json(await requestToken(sim))).toEqual(first);
    clock.set(START + 24 * HOUR);
    expect(json(await requestToken(sim)).token).not.toBe(first.token);
    expect(sim.journal().tokenIssues).toEqual({ kis: 0, kiwoom: 3, refused: 0 });
  });

  it('ends the old token with the new one when told so', async () => {
    await open({ kiwoom: { newTokenKillsOld: true } });
    const old = await signIn(sim);
    clock.set(START + 1);
    const fresh = await signIn(sim);
    expect(refusal(await info(old))).toEqual([200, 3, '8005']);
    expect(refusal(await info(fresh))).toEqual([200, 0, undefined]);
  });

  it.each<[Json, string]>([
    [{ appkey: 'x' }, '8001'],
    [{ secretkey: 'x' }, '8002'],
    [{ appkey: '' }, '8020'],
    [{ secretkey: '' }, '8020'],
    [{ grant_type: '' }, '8011'],
    [{ grant_type: 'refresh_token' }, '8012'],
    [{ secretkey: undefined, appsecret: demoKiwoomKeys.secretKey }, '8020'],
    [{ appkey: demoKeys.appKey, secretkey: demoKeys.appSecret }, '8001'],
  ])('refuses %j as %s', async (wrong, expected) => {
    const reply = await requestToken(sim, { ...tokenBody, ...wrong });
    expect(refusal(reply)).toEqual([200, 3, expected]);
    expect(Object.keys(json(reply))).toEqual(['return_code', 'return_msg']);
    expect(sim.journal().tokenIssues).toEqual({ kis: 0, kiwoom: 0, refused: 1 });
    expect(sim.journal().entries).toMatchObject([
      { broker: 'kiwoom', tr: 'au10001', verdict: 'error', counted: false },
    ]);
  });

  it('takes any key when told so, and only by POST', async () => {
    await open({ kiwoom: { keys: [], acceptAnyKey: true } });
    expect(json(await requestToken(sim, { ...tokenBody, appkey: 'any', secretkey: 'thing' })).return_code).toBe(0);
    expect((await get(sim, '/oauth2/token', {}, {})).status).toBe(405);
  });

  it('refuses a key of the other domain as 8030', async () => {
    await open({ kiwoom: { keys: [{ ...demoKiwoomKeys, environment: 'paper' }] } });
    expect(refusal(await requestToken(sim))).toEqual([200, 3, '8030']);
  });
});

describe('POST /oauth2/revoke', () => {
  const revoke = (body: Json) => post(sim, '/oauth2/revoke', { ...tokenBody, ...body });

  it('ends a token, and a new one is issued', async () => {
    const headers = await signIn(sim);
    expect(json(await revoke({ token: tokenOf(headers) }))).toEqual(sample('kiwoom/au10002'));
    expect(refusal(await info(headers))).toEqual([200, 3, '8005']);
    expect(refusal(await info(await signIn(sim)))).toEqual([200, 0, undefined]);
    expect(sim.journal().entries[1]).toMatchObject({ tr: 'au10002', code: '0', counted: false });
  });

  it.each<[Json, string]>([
    [{}, '8016'],
    [{ token: 'x' }, '8015'],
    [{ token: 'x', secretkey: 'x' }, '8002'],
  ])('refuses %j as %s', async (body, expected) => {
    expect(refusal(await revoke(body))).toEqual([200, 3, expected]);
  });
});

describe('the gate', () => {
  it.each<[string, Row, unknown[]]>([
    ['no api-id', { 'api-id': '' }, [200, 1, '1501']],
    ['an api-id of another path', { 'api-id': 'ka10080' }, [200, 1, '1504']],
    ['an api-id that nobody knows', { 'api-id': 'ka99999' }, [200, 1, '1505']],
    ['no authorization', { authorization: '' }, [200, 2, '1513']],
    ['a token without Bearer', { authorization: 'token' }, [200, 2, '1514']],
    ['another kind of token', { authorization: 'Basic token' }, [200, 2, '1515']],
    ['Bearer without a token', { authorization: 'Bearer ' }, [200, 2, '1516']],
    ['an unknown token', { authorization: 'Bearer token' }, [200, 3, '8005']],
  ])('refuses %s', async (_, wrong, expected) => {
    const reply = await info(await signIn(sim), wrong);
    expect(refusal(reply)).toEqual(expected);
    expect(Object.keys(json(reply))).toEqual(['return_code', 'return_msg']);
  });

  it('words 8005 like the sample, or hides the code as the WebSocket does', async () => {
    const headers = await signIn(sim);
    clock.set(START + 24 * HOUR);
    const expired = await info(headers);
    expect([expired.status, json(expired)]).toEqual([200, sample('kiwoom/error-8005')]);
    await open({ kiwoom: { tokenRefusal: 'code' } });
    const hidden = await info(headers);
    expect(hidden.text).toContain('CODE=8005');
    expect(hidden.text).not.toContain('[8005:');
    expect(refusal(hidden)).toEqual([200, 3, '8005']);
  });

  it('tells a token of the other domain from a dead one: 8031', async () => {
    await open({ environment: 'paper' });
    const ofPaper = await signIn(sim);
    await open();
    expect(refusal(await info(ofPaper))).toEqual([200, 3, '8031']);
  });

  it.each<[Json | string, string]>([
    [{}, '1511'],
    [{ ...minuteBody(), tic_scope: '' }, '1511'],
    [{ ...minuteBody(), tic_scope: '2' }, '1517'],
    [{ ...minuteBody(), tic_scope: 1 }, '1517'],
    [{ ...minuteBody(), upd_stkpc_tp: 'Y' }, '1517'],
    [{ ...minuteBody(), base_dt: '20260231' }, '1517'],
    [{ ...minuteBody(), stk_cd: 'x'.repeat(21) }, '1517'],
    [{ ...minuteBody(), stk_cd: '999999' }, '1902'],
    [{ ...minuteBody(), stk_cd: '005930_XX' }, '1902'],
    ['', '1511'],
    ['{', '1517'],
  ])('refuses the body %j as %s', async (body, expected) => {
    const headers = { ...(await signIn(sim)), 'api-id': 'ka10080' };
    expect(refusal(await post(sim, '/api/dostk/chart', body, headers))).toEqual([200, 2, expected]);
  });

  it('names the field that is missing', async () => {
    expect((await ask(sim, await signIn(sim), 'ka10081', { stk_cd: '005930' })).text).toContain('파라미터=base_dt');
  });

  it('sends the headers of the broker, and knows no GET', async () => {
    const headers = await signIn(sim);
    const reply = await info(headers);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(['api-id', 'cont-yn', 'next-key', 'tr_id'].map((name) => reply.headers.get(name))).toEqual([
      'ka10001',
      'N',
      '',
      null,
    ]);
    expect((await get(sim, '/api/dostk/stkinfo', {}, { ...headers, 'api-id': 'ka10001' })).status).toBe(405);
  });

  it('refuses what the paper host does not offer, in its own two ways; the real one serves it', async () => {
    const bodies = ['kt00002', 'kt20016', 'ka01690'];
    await open({ environment: 'paper' });
    const headers = await signIn(sim);
    const replies = [];
    for (const id of bodies) replies.push(await ask(sim, headers, id, {}));
    expect(replies.map(refusal)).toEqual([
      [200, 20, 'RC9000'],
      [200, 20, 'RC9000'],
      [200, 2, '8104'],
    ]);
    expect(replies.map(json)[0]).toEqual(sample('kiwoom/error-rc9000'));
    await open();
    // Like every id of the workbook: its fields are checked.
    expect(innerCode(await ask(sim, await signIn(sim), 'kt00002', {}))).toBe('1511');
  });
});

describe('the quota', () => {
  it('answers a breach like the sample, with HTTP 429', async () => {
    const headers = await signIn(sim);
    const replies = await Promise.all(Array.from({ length: 7 }, () => ask(sim, headers, 'ka10080', minuteBody())));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.map(({ text }) => text)).toEqual(
      Array.from({ length: 2 }, () => JSON.stringify(sample('kiwoom/error-1700'))),
    );
    expect(sim.journal()).toMatchObject({
      calls: 7,
      breaches: 2,
      maxInWindow: 0,
      brokers: { kis: { calls: 0, breaches: 0 }, kiwoom: { calls: 7, breaches: 2, maxInWindow: 7 } },
      byTr: { ka10080: 7 },
    });
    clock.set(START + 1000);
    expect((await ask(sim, headers, 'ka10080', minuteBody())).status).toBe(200);
  });

  it('is one of its own for each api-id and each key; KIS has another', async () => {
    const second = { appKey: 'second', secretKey: 'secret' };
    await open({ kiwoom: { keys: [demoKiwoomKeys, second], limit: { perTr: 1 } }, limit: { perSecond: 1 } });
    const headers = await signIn(sim);
    const others = await signIn(sim, { ...tokenBody, appkey: second.appKey, secretkey: second.secretKey });
    const status = async (call: Promise<{ status: number }>): Promise<number> => (await call).status;
    expect(await status(info(headers))).toBe(200);
    expect(await status(info(headers))).toBe(429);
    expect(await status(ask(sim, headers, 'ka10003', { stk_cd: '005930' }))).toBe(200);
    expect(await status(info(others))).toBe(200);
    const kis = await signInAtKis(sim);
    expect(await status(quotation(sim, kis, endpoints.price, stock()))).toBe(200);
    expect(await status(info(headers))).toBe(429);
    expect(sim.journal()).toMatchObject({
      calls: 6,
      breaches: 2,
      maxInWindow: 1,
      tokenIssues: { kis: 1, kiwoom: 2, refused: 0 },
      brokers: {
        kis: { calls: 1, breaches: 0, maxInWindow: 1 },
        kiwoom: { calls: 5, breaches: 2, maxInWindow: 3 },
      },
      byTr: { ka10001: 4, ka10003: 1, FHKST01010100: 1 },
    });
  });

  it.each([
    // At 0, 900, 999, 1000 and 1100 ms, two a second.
    ['sliding', [200, 200, 429, 200, 429]],
    ['calendar', [200, 200, 429, 200, 200]],
    ['bucket', [200, 200, 200, 429, 429]],
  ] as const)('counts by a %s window', async (window, expected) => {
    await open({ kiwoom: { limit: { perTr: 2, window } } });
    const headers = await signIn(sim);
    const found: number[] = [];
    for (const ms of [0, 900, 999, 1000, 1100]) {
      clock.set(START + ms);
      found.push((await info(headers)).status);
    }
    expect(found).toEqual(expected);
  });

  it('has a total over all ids when told so: 1701, which charges no id', async () => {
    await open({ kiwoom: { limit: { perTr: 2, total: 3 } } });
    const headers = await signIn(sim);
    const trades = () => ask(sim, headers, 'ka10003', { stk_cd: '005930' });
    await info(headers);
    await info(headers);
    await trades();
    expect(refusal(await trades())).toEqual([429, 5, '1701']);
    expect(refusal(await trades())).toEqual([429, 5, '1701']);
    expect(sim.journal().brokers.kiwoom.maxInWindow).toBe(3);
    expect(refusal(await info(headers))).toEqual([429, 5, '1700']);
    expect(sim.journal().brokers.kiwoom).toEqual({ calls: 6, breaches: 3, maxInWindow: 3 });
  });

  it('does not count token calls, nor calls whose key nobody knows', async () => {
    await open({ kiwoom: { limit: { perTr: 1 } } });
    for (let count = 0; count < 3; count++) await signIn(sim);
    for (let count = 0; count < 3; count++) await info({ authorization: 'Bearer token' });
    expect((await info(await signIn(sim))).status).toBe(200);
    expect(sim.journal()).toMatchObject({ calls: 1, breaches: 0 });
  });

  it('follows the domain: paper lets one call a second through, and says so', async () => {
    await open({ environment: 'paper' });
    const headers = await signIn(sim);
    await info(headers);
    expect((await info(headers)).text).toContain('유량=1, API ID=ka10001');
  });
});

describe('the side door', () => {
  it('ends the tokens of both brokers, or those of one key', async () => {
    const headers = await signIn(sim);
    const kis = await signInAtKis(sim);
    expect(json(await post(sim, '/sim/tokens/expire', ''))).toEqual({ killed: 2 });
    expect(innerCode(await info(headers))).toBe('8005');
    expect((await quotation(sim, kis, endpoints.price, stock())).text).toContain('EGW00123');
    const fresh = await signIn(sim);
    const id = sim.journal().entries.find(({ broker }) => broker === 'kiwoom')?.key ?? '';
    expect(sim.killTokens('revoked', id)).toBe(1);
    expect(innerCode(await info(fresh))).toBe('8005');
  });

  it('tells arrivals of both brokers without any secret', async () => {
    const headers = await signIn(sim);
    await info(headers);
    await quotation(sim, await signInAtKis(sim), endpoints.price, stock());
    const text = await (await fetch(`${sim.url}/sim/journal`)).text();
    const { entries } = JSON.parse(text) as { entries: Json[] };
    expect(entries.map(({ broker, tr, path }) => [broker, tr, path])).toEqual([
      ['kiwoom', 'au10001', '/oauth2/token'],
      ['kiwoom', 'ka10001', '/api/dostk/stkinfo'],
      ['kis', '', '/oauth2/tokenP'],
      ['kis', 'FHKST01010100', '/uapi/domestic-stock/v1/quotations/inquire-price'],
    ]);
    for (const secret of [demoKiwoomKeys.appKey, demoKiwoomKeys.secretKey, tokenOf(headers)]) {
      expect(text).not.toContain(secret);
    }
  });

  it('expires the token in use just before a call', async () => {
    const headers = await signIn(sim);
    sim.faults.add({ kind: 'expire-token', match: { tr: 'ka10001', nth: 1 } });
    expect(refusal(await ask(sim, headers, 'ka10003', { stk_cd: '005930' }))).toEqual([200, 0, undefined]);
    expect(refusal(await info(headers))).toEqual([200, 3, '8005']);
    expect(refusal(await info(await signIn(sim)))).toEqual([200, 0, undefined]);
  });

  it('makes trouble by path or api-id, the token call included', async () => {
    const headers = await signIn(sim);
    sim.faults.add({ kind: '5xx', match: { path: '/api/dostk/stkinfo', nth: 1 } });
    sim.faults.add({ kind: 'html', match: { tr: 'au10001', nth: 1 } });
    sim.faults.add({ kind: 'garble', match: { tr: 'ka10003', nth: 1 } });
    expect((await info(headers)).status).toBe(502);
    expect((await requestToken(sim)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    const garbled = await ask(sim, headers, 'ka10003', { stk_cd: '005930' });
    expect(() => json(garbled)).toThrow(SyntaxError);
    expect(
      sim
        .journal()
        .entries.map(({ fault, verdict, counted }) => [fault, verdict, counted])
        .slice(1),
    ).toEqual([
      ['5xx', 'lost', true],
      ['html', 'lost', false],
      ['garble', 'ok', true],
    ]);
  });
});

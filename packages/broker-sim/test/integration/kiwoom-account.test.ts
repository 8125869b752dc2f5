import { describe, expect, it } from 'vitest';
import { demoKeys, demoKiwoomKeys, type BrokerSim } from '../../src/index.js';
import { get, json, post, stoppedClock, type Json, type Row } from '../support/kis.js';
import { ask, innerCode, minuteBody, refusal, requestToken, signIn, tokenBody } from '../support/kiwoom.js';
import { sample, shapeOf } from '../support/sample.js';
import { START, stoppedSimPerTest } from '../support/stopped-sim.js';

const HOUR = 3_600_000;

let clock: ReturnType<typeof stoppedClock>;
let sim: BrokerSim;

const open = stoppedSimPerTest((opened) => {
  ({ sim, clock } = opened);
});

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

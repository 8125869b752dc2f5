import { describe, expect, it } from 'vitest';
import { demoKiwoomKeys, type BrokerSim } from '../../src/index.js';
import {
  endpoints,
  json,
  post,
  quotation,
  signIn as signInAtKis,
  stock,
  stoppedClock,
  type Json,
  type Row,
} from '../support/kis.js';
import { ask, innerCode, minuteBody, refusal, requestToken, signIn, tokenBody } from '../support/kiwoom.js';
import { sample } from '../support/sample.js';
import { START, stoppedSimPerTest } from '../support/stopped-sim.js';

let clock: ReturnType<typeof stoppedClock>;
let sim: BrokerSim;

const open = stoppedSimPerTest((opened) => {
  ({ sim, clock } = opened);
});

const info = (headers: Row, more: Row = {}) => ask(sim, { ...headers, ...more }, 'ka10001', { stk_cd: '005930' });
const tokenOf = (headers: Row): string => headers.authorization?.slice('Bearer '.length) ?? '';

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
    expect(sim.journal().brokers.kiwoom).toMatchObject({ calls: 6, breaches: 3, maxInWindow: 3 });
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

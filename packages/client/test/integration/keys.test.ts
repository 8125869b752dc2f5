import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { openLedger } from '../../src/hub/open-ledger.js';
import { keyIdOf, type HubOptions, type Notice } from '../../src/index.js';
import { freshKey, freshKiwoomKey, openStage, priceOf, tokenMinuteMs, type Stage } from '../support/hub.js';

const price = priceOf('005930');
const stock = { stk_cd: '005930' };
const noPair = { appKey: undefined, appSecret: undefined };

/** Two keys of KIS at a broker that lets `perSecond` calls of each through. */
const openKisStage = async (perSecond = 20, accounts: readonly string[] = []) => {
  const keys = [freshKey(), freshKey()].map((key, index) => ({
    ...key,
    ...(accounts[index] === undefined ? {} : { account: accounts[index] }),
  }));
  const stage = await openStage({
    keys: keys.map(({ account, ...key }) => ({ ...key, ...(account === undefined ? {} : { account }) })),
    limit: { perSecond },
  });
  const ids = keys.map(({ appKey }) => keyIdOf(appKey));
  return { ...stage, keys, ids, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
};

const openKiwoomStage = async () => {
  const keys = [freshKiwoomKey(), freshKiwoomKey()];
  const stage = await openStage({ kiwoom: { keys } });
  const hub = () =>
    stage.hub({ kis: noPair, kiwoom: { keys, baseUrl: stage.sim.url, tokenCooldownMs: tokenMinuteMs, perSecond: 5 } });
  return {
    ...stage,
    keys,
    hub,
    ids: keys.map(({ appKey }) => keyIdOf(appKey)),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
};

const isolatedIn = (notices: readonly Notice[]) => notices.filter(({ kind }) => kind === 'key-isolated');

describe('two keys of KIS', () => {
  it('share the calls, each within its own quota, and answers name the key that was used', async () => {
    await using stage = await openKisStage(4);
    const hub = stage.hub({ kis: { ...noPair, keys: stage.keys, perSecond: 4 } });
    const warm = await Promise.all([1, 2, 3, 4].map(() => hub.kis.call('inquire-price', price)));
    const answers = await Promise.all(Array.from({ length: 16 }, () => hub.kis.call('inquire-price', price)));
    expect(new Set(answers.map(({ keyId }) => keyId))).toEqual(new Set(stage.ids));
    const { entries, breaches, tokenIssues } = stage.sim.journal();
    expect(breaches).toBe(0);
    expect(tokenIssues.kis).toBe(2);
    for (const id of stage.ids) {
      const arrived = entries.filter(({ key, path }) => key === id && path.endsWith('inquire-price')).length;
      expect(arrived).toBe([...warm, ...answers].filter(({ keyId }) => keyId === id).length);
    }
  });

  it('of which one is wrong answer all the same, and nothing of either shows', async () => {
    await using stage = await openKisStage();
    const wrong = { ...freshKey(), appSecret: 'wrong-secret-canary' };
    const [, good = wrong] = stage.keys;
    const notices: Notice[] = [];
    const hub = stage.hub({ kis: { ...noPair, keys: [wrong, good] } }, { notify: (notice) => notices.push(notice) });
    const answers = await Promise.all(Array.from({ length: 6 }, () => hub.kis.call('inquire-price', price)));
    expect(new Set(answers.map(({ keyId }) => keyId))).toEqual(new Set([keyIdOf(good.appKey)]));
    await expect
      .poll(() => isolatedIn(notices))
      .toMatchObject([{ broker: 'kis', keyId: keyIdOf(wrong.appKey), forMs: 60_000 }]);
    for (const secret of [wrong.appKey, wrong.appSecret, good.appKey, good.appSecret]) {
      expect(inspect([answers, notices], { depth: 10 })).not.toContain(secret);
    }
  });

  it('send an order by the key of its account', async () => {
    await using stage = await openKisStage(20, ['1111111101', '2222222201']);
    const hub = stage.hub({ kis: { ...noPair, keys: stage.keys } });
    const order = { ACNT_PRDT_CD: '01', PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
    for (const CANO of ['22222222', '11111111', '22222222']) {
      const { keyId } = await hub.kis.call('order-cash-buy', { CANO, ...order });
      expect(keyId).toBe(stage.ids[CANO === '11111111' ? 0 : 1]);
    }
    await expect(hub.kis.call('order-cash-buy', order)).rejects.toMatchObject({
      code: 'HUB_CALL_INVALID',
      message: expect.stringContaining('CANO is missing'),
    });
    expect(stage.sim.journal().orders.count).toBe(3);
  });
});

describe('two keys of Kiwoom', () => {
  it('keep the pages of a call together, here and in another process that is told the key', async () => {
    await using stage = await openKiwoomStage();
    const hub = stage.hub();
    const minutes = { stk_cd: '005930', tic_scope: '1', upd_stkpc_tp: '0', base_dt: '20261106' };
    const walk = async (): Promise<Set<string>> => {
      const keys = new Set<string>();
      for await (const { keyId } of hub.kiwoom.pages('ka10080', minutes, { maxPages: 3 })) keys.add(keyId);
      return keys;
    };
    // Both tokens are there from the second round on.
    await Promise.all([walk(), walk()]);
    const walks = await Promise.all([walk(), walk(), walk(), walk()]);
    expect(walks.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    const first = await hub.kiwoom.call('ka10080', minutes);
    const cursor = { 'cont-yn': 'Y', 'next-key': first.headers['next-key'] ?? '' };
    const second = await stage.hub().kiwoom.page('ka10080', { params: minutes, cursor }, { keyId: first.keyId });
    expect(second.keyId).toBe(first.keyId);
  });

  it('want to be named where the account of the token counts', async () => {
    await using stage = await openKiwoomStage();
    const hub = stage.hub();
    const order = { dmst_stex_tp: 'KRX', stk_cd: '005930', ord_qty: '1', ord_uv: '70000', trde_tp: '0' };
    await expect(hub.kiwoom.call('kt10000', order)).rejects.toMatchObject({ code: 'HUB_CALL_INVALID' });
    const [, keyId = ''] = stage.ids;
    expect((await hub.kiwoom.call('kt10000', order, { keyId })).keyId).toBe(keyId);
    expect(stage.sim.journal().orders.count).toBe(1);
  });
});

/** What the shared ledger says of one line of a key's account. */
const budgetOf = async (broker: 'kis' | 'kiwoom', appKey: string, name: string) => {
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  try {
    const { budgets } = await ledger.snapshot(`${broker}:real:${keyIdOf(appKey)}`);
    return budgets.find((budget) => budget.name === name);
  } finally {
    await close();
  }
};

/** A program that knows nothing of the hub and calls with the same key, as fast as it can. */
const outsider = async ({ sim, key }: Stage, calls: number): Promise<void> => {
  const { appKey: appkey, appSecret: appsecret } = key;
  const grant = JSON.stringify({ grant_type: 'client_credentials', appkey, appsecret });
  const issued = await fetch(`${sim.url}/oauth2/tokenP`, { method: 'POST', body: grant });
  const { access_token: token } = (await issued.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, appkey, appsecret, custtype: 'P', tr_id: 'FHKST01010100' };
  const path = '/uapi/domestic-stock/v1/quotations/inquire-price?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930';
  await Promise.all(
    Array.from({ length: calls }, async () => (await fetch(sim.url + path, { headers })).arrayBuffer()),
  );
};

describe('a broker that says "too many"', () => {
  it('narrows the quota of the key for every process', async () => {
    await using stage = await openStage({ limit: { perSecond: 10 } });
    const options: HubOptions = { kis: { perSecond: 10 } };
    const one = stage.hub(options);
    await one.kis.call('inquire-price', price);
    await new Promise((resolve) => setTimeout(resolve, tokenMinuteMs + 100));
    await outsider(stage, 10);
    // Refused, and made again from the narrowed budget.
    expect((await one.kis.call('inquire-price', price)).body.rt_cd).toBe('0');
    expect(await budgetOf('kis', stage.key.appKey, 'total')).toMatchObject({
      configured: 10,
      learned: { limit: 8, why: 'refused' },
      inUse: 8,
    });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const since = stage.sim.journal().entries.length;
    const other = stage.hub(options);
    await Promise.all(Array.from({ length: 9 }, () => other.kis.call('inquire-price', price)));
    const arrivals = stage.sim
      .journal()
      .entries.slice(since)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    expect(arrivals).toHaveLength(9);
    expect((arrivals[8] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(990);
  });

  it('and how many is believed, for that id alone', async () => {
    const key = freshKiwoomKey();
    await using stage = await openStage({ kiwoom: { keys: [key], limit: { perTr: 3 } } });
    const hub = stage.hub({ kis: noPair, kiwoom: { ...key, baseUrl: stage.sim.url, perSecond: 5 } });
    await Promise.all(Array.from({ length: 5 }, () => hub.kiwoom.call('ka10001', stock)));
    const learned = { limit: 3, why: 'told' };
    expect(await budgetOf('kiwoom', key.appKey, 'tr:ka10001')).toMatchObject({ configured: 5, learned, inUse: 3 });
    expect((await budgetOf('kiwoom', key.appKey, 'total'))?.learned).toBeUndefined();
    const { breaches } = stage.sim.journal().brokers.kiwoom;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await Promise.all(Array.from({ length: 6 }, () => hub.kiwoom.call('ka10001', stock)));
    expect(stage.sim.journal().brokers.kiwoom.breaches).toBe(breaches);
  });
});

it('a quota per minute is spent beside that per second', async () => {
  await using stage = await openStage();
  const hub = stage.hub({ kis: { perMinute: 3 } });
  const calls = Array.from({ length: 5 }, () => hub.kis.call('inquire-price', price, { deadlineMs: 3_000 }));
  const ends = await Promise.allSettled(calls);
  expect(ends.map(({ status }) => status).sort()).toEqual([
    ...Array<string>(3).fill('fulfilled'),
    'rejected',
    'rejected',
  ]);
  expect(await budgetOf('kis', stage.key.appKey, 'total/min')).toMatchObject({ configured: 3, windowMs: 60_000 });
});

import { describe, expect, it } from 'vitest';

import { kisCatalogue } from '../../src/broker/kis/catalogue.js';
import { kiwoomCatalogue } from '../../src/broker/kiwoom/catalogue.js';
import { filledBy, keysFor, paramsBy } from '../../src/hub/key-choice.js';
import { routesOf, type Route } from '../../src/hub/route.js';
import { keyIdOf, settingsOf, type DirectSettings } from '../../src/hub/settings.js';
import type { HubOptions } from '../../src/index.js';

const redis = { main: 'redis://127.0.0.1:6379', gatekeeper: 'redis://127.0.0.1:6380' };
const order = { PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000' };
const buy = kisCatalogue['order-cash-buy'];
const quote = kisCatalogue['inquire-price'];

const routeOf = (options: HubOptions): Route => {
  const [route] = routesOf(settingsOf({ redis, ...options }, {}) as DirectSettings);
  if (route === undefined) throw new Error('no route');
  return route;
};

/** A route to KIS whose keys are called by their place: a, b, c. */
const kisRoute = (...accounts: (string | undefined)[]): Route =>
  routeOf({
    kis: { keys: accounts.map((account, index) => ({ appKey: 'abc'.charAt(index), appSecret: 's', account })) },
  });

const namesOf = (route: Route, wish: Parameters<typeof keysFor>[1]): string =>
  keysFor(route, wish)
    .map(({ credentials }) => credentials.appKey)
    .join('');

const named = (CANO: string, ACNT_PRDT_CD = '01') => ({ ...order, CANO, ACNT_PRDT_CD });
const refused = expect.objectContaining({ code: 'HUB_CALL_INVALID', remedy: expect.stringContaining(keyIdOf('a')) });

describe('the keys that may make a call', () => {
  it('are all of them when it is about no account', () => {
    expect(namesOf(kisRoute('11111111-01', '22222222-01', undefined), { endpoint: quote, params: {} })).toBe('abc');
  });

  it('are those of the account that the call names', () => {
    const route = kisRoute('11111111-01', '22222222-01', '22222222-01');
    expect(namesOf(route, { endpoint: buy, params: named('11111111') })).toBe('a');
    expect(namesOf(route, { endpoint: buy, params: named('22222222') })).toBe('bc');
  });

  it('are those with an account when the call leaves it to the settings', () => {
    const route = kisRoute(undefined, '22222222-01');
    expect(filledBy(route)).toEqual(['CANO', 'ACNT_PRDT_CD']);
    expect(namesOf(route, { endpoint: buy, params: order })).toBe('b');
    expect(paramsBy(route.keys[1] ?? raise(), buy, order)).toEqual(named('22222222'));
    expect(paramsBy(route.keys[1] ?? raise(), quote, {})).toEqual({});
  });

  it('are none when there are several accounts and the call names none of them', () => {
    const route = kisRoute('11111111-01', '22222222-01');
    expect(filledBy(route)).toEqual(['ACNT_PRDT_CD']);
    expect(() => keysFor(route, { endpoint: buy, params: order })).toThrow(refused);
    expect(() => keysFor(route, { endpoint: buy, params: named('33333333') })).toThrow(refused);
  });

  it('are the only one whose account is not told, for an account that no other one has', () => {
    expect(namesOf(kisRoute('11111111-01', undefined), { endpoint: buy, params: named('33333333') })).toBe('b');
    const unclear = kisRoute(undefined, undefined);
    expect(() => keysFor(unclear, { endpoint: buy, params: named('33333333') })).toThrow(refused);
  });

  it('is the lone one, whatever account the call names: the broker has the last word', () => {
    expect(namesOf(kisRoute('11111111-01'), { endpoint: buy, params: named('33333333') })).toBe('a');
  });

  it('is the one that the caller names', () => {
    const route = kisRoute('11111111-01', '22222222-01');
    const keyId = keyIdOf('b');
    expect(namesOf(route, { endpoint: quote, params: {}, keyId })).toBe('b');
    expect(namesOf(route, { endpoint: buy, params: order, keyId })).toBe('b');
    expect(filledBy(route, keyId)).toEqual(['CANO', 'ACNT_PRDT_CD']);
  });

  it('are all for a key that is not here, unless an account is meant', () => {
    const route = kisRoute('11111111-01', '22222222-01');
    const keyId = keyIdOf('elsewhere');
    expect(namesOf(route, { endpoint: quote, params: {}, keyId })).toBe('ab');
    expect(() => keysFor(route, { endpoint: buy, params: named('11111111'), keyId })).toThrow(refused);
  });

  it('of Kiwoom have to be named where the account of the token counts', () => {
    const route = routeOf({ kiwoom: { keys: ['a', 'b'].map((appKey) => ({ appKey, secretKey: 's' })) } });
    const { ka10001, kt00007, kt10000 } = kiwoomCatalogue;
    expect(namesOf(route, { endpoint: ka10001, params: {} })).toBe('ab');
    for (const endpoint of [kt00007, kt10000]) {
      expect(() => keysFor(route, { endpoint, params: {} })).toThrow(refused);
      expect(namesOf(route, { endpoint, params: {}, keyId: keyIdOf('a') })).toBe('a');
    }
  });
});

const raise = (): never => {
  throw new Error('no such key');
};

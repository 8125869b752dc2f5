import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { admit, denialOf, isAllowable, type AskedCall } from '../../src/service/admission.js';
import { issueCallerToken, readCallerToken, type CallerClaims } from '../../src/service/caller-token.js';
import type { CallerRefused } from '../../src/error/index.js';
import { redaction } from '../../src/runtime/mask.js';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const now = 1_795_754_689_954;
const claims: CallerClaims = {
  name: 'collector',
  allow: ['*'],
  classes: ['realtime', 'interactive', 'backfill'],
  until: now / 1_000 + 60,
};
const untilS = Math.ceil(claims.until);
const tokenOf = (more: Partial<CallerClaims> = {}, by = key): string =>
  issueCallerToken({ ...claims, until: untilS, ...more }, by);
const price: AskedCall = { broker: 'kis', endpoint: 'inquire-price', priority: 'interactive' };

/** Why a call is not made. */
const whyNot = (call: AskedCall, keys: readonly Buffer[] = [key], at = now): CallerRefused => {
  try {
    admit(call, keys, at);
  } catch (error) {
    const refused = error as CallerRefused;
    expect(refused).toMatchObject({ code: 'HUB_CALLER_REFUSED', endpoint: call.endpoint });
    if (call.callerToken !== undefined) {
      const shown = inspect(refused, { depth: 5 }) + refused.remedy;
      for (const part of call.callerToken.split('.').slice(1)) expect(shown).not.toContain(part);
    }
    return refused;
  }
  throw new Error('this call was admitted');
};

describe('a worker with a key', () => {
  it('takes whoever shows a token, under the name and with the share in it', () => {
    expect(admit({ ...price, callerToken: tokenOf() }, [key], now)).toEqual({ caller: 'collector' });
    const some = { ...price, callerToken: tokenOf({ share: 0.3 }), caller: 'another label' };
    expect(admit(some, [key], now)).toEqual({ caller: 'collector', callerShare: 0.3 });
  });

  it('refuses a label, and a token that another key or nobody has signed', () => {
    expect(whyNot({ ...price, caller: 'collector' }).message).toBe(
      'kis inquire-price is not made for collector: it shows no token, and this worker asks for one',
    );
    expect(whyNot(price).message).toContain('somebody');
    expect(whyNot({ ...price, callerToken: tokenOf({}, other) }).message).toContain('not signed with the key');
    const [version, , signature] = tokenOf().split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, until: untilS, name: 'admin' })).toString('base64url');
    expect(whyNot({ ...price, callerToken: [version, forged, signature].join('.') })).toMatchObject({
      caller: 'somebody',
    });
    expect(whyNot({ ...price, callerToken: tokenOf().slice(0, -1) }).message).toContain('not signed');
  });

  it('takes the tokens of the key before, while it is changed', () => {
    expect(admit({ ...price, callerToken: tokenOf({}, other) }, [key, other], now)).toEqual({ caller: 'collector' });
  });

  it('refuses a token from the second on in which it ends', () => {
    const call = { ...price, callerToken: tokenOf() };
    expect(admit(call, [key], untilS * 1_000 - 1)).toEqual({ caller: 'collector' });
    expect(whyNot(call, [key], untilS * 1_000)).toMatchObject({
      caller: 'collector',
      message: expect.stringContaining('expired'),
    });
  });

  it('makes no order unless the token says so, whatever class the order gives itself', () => {
    const order: AskedCall = { broker: 'kis', endpoint: 'order-cash-buy', priority: 'interactive' };
    expect(whyNot({ ...order, callerToken: tokenOf() }).message).toContain('this one needs order');
    const able = tokenOf({ classes: ['order', 'interactive'] });
    expect(admit({ ...order, callerToken: able }, [key], now)).toEqual({ caller: 'collector' });
    const orderly = tokenOf({ classes: ['order'] });
    expect(whyNot({ ...order, callerToken: orderly }).message).toContain('this one needs interactive');
    for (const tr of ['TTTC0012U', 'VTTC0012U']) {
      const callerToken = tokenOf({ allow: [tr], classes: ['order'] });
      expect(admit({ ...order, priority: 'order', callerToken }, [key], now)).toEqual({ caller: 'collector' });
    }
    expect(whyNot({ ...price, priority: 'order', callerToken: tokenOf() }).message).toContain('needs order');
    expect(whyNot({ ...price, priority: 'realtime', callerToken: able }).message).toContain('needs realtime');
  });

  it.each([
    ['inquire-price', price],
    ['FHKST01010100', price],
    ['ka10001', { broker: 'kiwoom', endpoint: 'ka10001' }],
  ] as const)('lets %s through and nothing else', (allowed, call) => {
    const callerToken = tokenOf({ allow: [allowed] });
    expect(admit({ ...call, callerToken }, [key], now)).toEqual({ caller: 'collector' });
    expect(whyNot({ broker: 'kis', endpoint: 'inquire-balance', callerToken })).toMatchObject({
      message: expect.stringContaining(`its token allows ${allowed}`),
      remedy: expect.stringContaining('hub callers issue collector'),
    });
  });

  it('looks through a call in the words of the broker', () => {
    const path = '/uapi/domestic-stock/v1/quotations/inquire-price';
    const raw = { method: 'GET', path, replayable: true } as const;
    const call: AskedCall = { broker: 'kis', endpoint: 'FHKST01010100', raw, priority: 'interactive' };
    // Of what the catalogue does not know nobody can say what it does.
    expect(whyNot({ ...call, callerToken: tokenOf() }).message).toContain('its token allows *');
    const callerToken = tokenOf({ allow: ['*', 'FHKST01010100', 'TTTC0012U'] });
    expect(admit({ ...call, callerToken }, [key], now)).toEqual({ caller: 'collector' });
    const order = '/uapi/domestic-stock/v1/trading/order-cash';
    for (const disguised of [
      { ...call, raw: { ...raw, path: order } },
      { ...call, raw: { ...raw, method: 'POST' as const } },
      { ...call, raw: { ...raw, replayable: false } },
      { ...call, endpoint: 'TTTC0012U' },
    ]) {
      expect(whyNot({ ...disguised, callerToken }).message).toContain('needs order');
    }
  });
});

it('a worker without a key takes labels, and no token that it could not check', () => {
  expect(admit(price, [], now)).toEqual({});
  expect(admit({ ...price, caller: 'collector' }, [], now)).toEqual({ caller: 'collector' });
  expect(whyNot({ ...price, callerToken: tokenOf() }, []).message).toContain('no key to check it with');
});

it('a token can be read by anybody, is hidden in every text, and cannot be made for what is none', () => {
  expect(readCallerToken(tokenOf(), [])).toEqual({ claims: { ...claims, until: untilS }, signed: false });
  const token = tokenOf();
  expect(redaction([], [])(`"${token}" ${token.slice(0, 60)}`)).toBe('"hub1.***" hub1.***');
  expect(() => tokenOf({ name: 'a/b' })).toThrow();
  expect(() => tokenOf({ share: 1.1 })).toThrow();
  expect(['*', 'inquire-price', 'ka10001', 'stock-minute-chart', 'FHKST01010100'].every(isAllowable)).toBe(true);
  expect(['inquire-prise', '', 'TOTAL', 'constructor'].some(isAllowable)).toBe(false);
});

describe('a live feed', () => {
  const ask = (callerToken: string | undefined, kind: 'trade' | 'book' | 'notice' = 'trade') =>
    denialOf({ kind, priority: kind === 'notice' ? 'order' : 'realtime', callerToken }, [key], now);

  it('is for whoever has a token that lists its kind or all, in its class', () => {
    expect(ask(tokenOf())).toBeUndefined();
    expect(ask(tokenOf({ allow: ['feed:trade'] }))).toBeUndefined();
    expect(ask(tokenOf({ classes: ['order'] }), 'notice')).toBeUndefined();
  });

  it.each([
    ['no token', undefined, 'trade', 'somebody', /shows no token/],
    ['a foreign token', tokenOf({}, other), 'trade', 'somebody', /not signed/],
    ['an old token', tokenOf({ until: 1 }), 'trade', 'collector', /expired/],
    ['another kind', tokenOf({ allow: ['feed:trade'] }), 'book', 'collector', /and not feed:book/],
    ['another class', tokenOf(), 'notice', 'collector', /wanted as order/],
  ] as const)('is denied for %s, in words', (_what, token, kind, caller, words) => {
    expect(ask(token, kind)).toMatchObject({ caller, why: expect.stringMatching(words) as string });
  });

  it('has a name that a token may list', () => {
    expect(['feed:trade', 'feed:book', 'feed:notice', 'feed:tick', 'feed:'].map(isAllowable)).toEqual([
      ...[true, true, true, false, false],
    ]);
  });
});

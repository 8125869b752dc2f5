import { expect, it } from 'vitest';

import type { Permit, PermitRequest, Urgency } from '../../src/ledger/contract.js';
import type { Answer, Call } from '../../src/request/contract.js';
import { withPermit } from '../../src/request/with-permit.js';

const answer = { status: 200 } as Answer; // only passed on
const signal = new AbortController().signal;

/** What the ledger is asked for a call. */
const asked = async (call: Partial<Call>): Promise<PermitRequest | undefined> => {
  let request: PermitRequest | undefined;
  const permit = { account: 'kis:real:abc', cancel: () => undefined } as Permit; // nothing else is used
  const ledger = {
    acquire: (each: PermitRequest) => {
      request = each;
      return Promise.resolve(permit);
    },
  };
  const identity = { broker: 'kis', environment: 'real', keyId: 'abc', purpose: 'rest' } as const;
  const candidates = [
    { identity, budgets: [], secrets: [], encode: () => ({ method: 'GET', path: '/', headers: {} }) },
  ];
  const usual = { candidates, timeoutMs: 5_000, priority: 'interactive', signal } as const;
  await withPermit(ledger)(() => Promise.resolve(answer))({ ...usual, ...call } as Call);
  return request;
};

it('asks for the account, the time and the class of a call, and for nobody’s share unless told', async () => {
  const usual = { account: 'kis:real:abc', budgets: [], leaseMs: 5_000, early: true, priority: 'interactive', signal };
  expect(await asked({})).toEqual(usual);
});

it('names the caller, its weight, and an urgency that may rise', async () => {
  const urgency: Urgency = { priority: 'realtime', onRaise: () => () => undefined };
  expect(await asked({ caller: 'collector', weight: 3, urgency })).toMatchObject({
    caller: 'collector',
    weight: 3,
    urgency,
  });
});

import { errors } from '@hub/client';
import type { LivePayload, Outcome } from '@hub/client/service';
import { expect, it } from 'vitest';

import { LiveCalls } from '../../src/job/live.js';

const refusal = new errors.CallerRefused(
  { caller: 'trader', broker: 'kis', endpoint: 'order-cash-buy', why: 'its token expired' },
  'Issue another one.',
);

const payload: LivePayload = {
  ...{ v: 1, callId: 'c1', broker: 'kis', endpoint: 'order-cash-buy', params: {}, cursor: {}, priority: 'order' },
  ...{ deadlineAt: Date.now() + 60_000, replyTo: 'somebody' },
};

/** What a caller is told whose order is taken up like this, by a worker that would not admit it now. */
const toldAfter = async (taken: 'unknown' | 'make'): Promise<Outcome | undefined> => {
  let told: Outcome | undefined;
  const nobody = {
    page: () => Promise.reject(new Error('nothing was to be sent')),
    raw: () => Promise.reject(new Error('nothing was to be sent')),
  };
  const calls = new LiveCalls({
    hub: {
      kis: nobody,
      kiwoom: nobody,
      admit: () => {
        throw refusal;
      },
    },
    desk: {
      take: async () => (taken === 'unknown' ? { kind: 'unknown' } : { kind: 'make', leftMs: 60_000 }),
      start: async () => 'go',
      deliver: async (_call, outcome) => {
        told = outcome;
        return true;
      },
    },
  });
  await calls.make({ payload } as Parameters<LiveCalls['make']>[0]); // nothing else is looked at
  return told;
};

it('an order whose token has ended is refused, and nothing is sent', async () => {
  expect(await toldAfter('make')).toMatchObject({ kind: 'failure', failure: { code: 'HUB_CALLER_REFUSED' } });
});

it('one that a worker may have sent before it died is of unknown outcome, whatever its token is worth by now', async () => {
  expect(await toldAfter('unknown')).toMatchObject({ kind: 'failure', failure: { code: 'HUB_OUTCOME_UNKNOWN' } });
});

import { expect, it } from 'vitest';

import { CircuitBreaker } from '../../src/circuit/circuit-breaker.js';
import { memoryCircuitStore } from '../../src/circuit/memory/circuit-store.js';
import { CallAborted, CallTimeout } from '../../src/error/index.js';
import type { Permit, PermitRequest } from '../../src/ledger/contract.js';
import type { Call, Candidate, Step } from '../../src/request/contract.js';
import { withCircuit, withOpenCheck, withOutcome } from '../../src/request/with-circuit.js';
import { withPermit } from '../../src/request/with-permit.js';
import { withRetry } from '../../src/request/with-retry.js';
import { fakeClock } from '../../src/testing/index.js';
import { answerOf } from '../support/sample.js';

const policy = { failures: 3, pauseMs: 1_000, longestPauseMs: 4_000 };

const candidate = (keyId: string): Candidate => ({
  identity: { broker: 'kis', environment: 'real', keyId, purpose: 'rest' },
  budgets: [],
  secrets: [],
  encode: () => ({ method: 'GET', path: '/', headers: {} }),
});

/** A ledger whose permits wait until they are let go, and calls of a hub that goes by it. */
const world = () => {
  const clock = fakeClock('2026-11-28T00:00:00Z');
  const store = memoryCircuitStore(clock, policy);
  const breaker = new CircuitBreaker({ store, fallback: store, policy, clock, notify: () => undefined });
  const waiting: { readonly requests: readonly PermitRequest[]; readonly grant: (account: string) => void }[] = [];
  const gone: PermitRequest[] = [];
  const sent: string[] = [];
  const ledger = {
    acquire: (...requests: PermitRequest[]) =>
      new Promise<Permit>((resolve, reject) => {
        const [first] = requests;
        if (first?.signal.aborted === true) {
          reject(new CallAborted({ cause: first.signal.reason }));
          return;
        }
        first?.signal.addEventListener('abort', () => {
          gone.push(...requests);
          reject(new CallAborted({ cause: first.signal.reason }));
        });
        waiting.push({
          requests,
          grant: (account) => {
            resolve({ account, cancel: () => undefined } as Permit); // nothing else is used
          },
        });
      }),
  };
  let release: () => void = () => undefined;
  /** What comes before the wait for a turn. */
  const tokens = {
    held: false,
    give: async (): Promise<void> => {
      release();
      await clock.advance(0);
    },
  };
  const afterToken: Step = (next) => async (call) => {
    if (tokens.held) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return next(call);
  };
  const send = withRetry({ retries: 4, clock, random: () => 0, notify: () => undefined })(
    withCircuit(breaker)(
      afterToken(
        withPermit(ledger)(
          withOpenCheck(breaker)(
            withOutcome(breaker)(({ identity }) => {
              sent.push(identity.keyId);
              return Promise.resolve({ ...answerOf({}), keyId: identity.keyId });
            }),
          ),
        ),
      ),
    ),
  );
  const call = async (keyIds: readonly string[], { replayable = true, end = new AbortController() } = {}) => {
    const asked: Call = {
      ...{ requestId: '1', tr: 'T', endpoint: 'inquire-price', replayable, inquiry: 'inquire-balance' },
      ...{ candidates: keyIds.map(candidate), priority: 'interactive', timeoutMs: 1_000 },
      signal: end.signal,
      decode: () => ({}),
    };
    const ending = { of: undefined as unknown };
    send(asked).then(
      ({ keyId }) => (ending.of = keyId),
      (error: unknown) => (ending.of = error),
    );
    await clock.advance(0);
    return ending;
  };
  const opened = async (keyId: string): Promise<void> => {
    for (let count = 0; count < policy.failures; count += 1) breaker.failed(`kis:real:${keyId}`, 'HUB_TIMEOUT');
    await clock.advance(0);
  };
  return { clock, breaker, waiting, gone, sent, tokens, call, opened };
};

it.each([true, false])(
  'a call that waits for its turn ends when the circuit opens (a read: %s)',
  async (replayable) => {
    const { call, opened, gone, sent, waiting } = world();
    const ending = await call(['a'], { replayable });
    await opened('a');
    expect(ending.of).toMatchObject({ code: 'HUB_CIRCUIT_OPEN', account: 'kis:real:a', failure: 'HUB_TIMEOUT' });
    expect(gone).toHaveLength(1);
    expect(waiting).toHaveLength(1);
    expect(sent).toEqual([]);
  },
);

it('goes on waiting while another key may make it, until that one has no answer either', async () => {
  const { call, opened, gone } = world();
  const ending = await call(['a', 'b']);
  await opened('a');
  expect(gone).toEqual([]);
  await opened('b');
  expect(ending.of).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
});

it('goes by the other key when the first turn is that of the one without an answer', async () => {
  const { call, opened, waiting, clock, sent } = world();
  const ending = await call(['a', 'b']);
  await opened('a');
  waiting[0]?.grant('kis:real:a');
  await clock.advance(0);
  waiting[1]?.grant('kis:real:b');
  await clock.advance(0);
  expect(ending.of).toBe('b');
  expect(sent).toEqual(['b']);
});

it('the one that is let through waits on', async () => {
  const { call, opened, waiting, clock, breaker } = world();
  await call(['a']);
  await opened('a');
  await clock.advance(1_000);
  const probing = await call(['a']);
  breaker.failed('kis:real:a', 'HUB_TIMEOUT');
  await clock.advance(0);
  waiting[1]?.grant('kis:real:a');
  await clock.advance(0);
  expect(probing.of).toBe('a');
});

it('a circuit that opened before the call came to wait ends it at once', async () => {
  const { call, opened, tokens, waiting } = world();
  tokens.held = true;
  const ending = await call(['a']);
  await opened('a');
  expect(ending.of).toBeUndefined();
  await tokens.give();
  expect(ending.of).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
  expect(waiting).toEqual([]);
});

it('an abort of the caller stays one', async () => {
  const { call, clock } = world();
  const end = new AbortController();
  const ending = await call(['a'], { end });
  end.abort(new CallTimeout('inquire-price', 1_000, { whole: true }));
  await clock.advance(0);
  expect(ending.of).toMatchObject({ code: 'HUB_ABORTED' });
});

import { CircuitBreaker } from '../../src/circuit/circuit-breaker.js';
import type { CircuitStore } from '../../src/circuit/contract.js';
import { memoryCircuitStore } from '../../src/circuit/memory/circuit-store.js';
import { CallTimeout } from '../../src/error/index.js';
import type { Permit } from '../../src/ledger/contract.js';
import { CodedFault, type Call, type Candidate, type KeyedCall } from '../../src/request/contract.js';
import { withCircuit, withOpenCheck, withOutcome } from '../../src/request/with-circuit.js';
import type { Notice } from '../../src/runtime/notice.js';
import { fakeClock, type FakeClock } from '../../src/testing/index.js';
import { answerOf } from './sample.js';

export const policy = { failures: 3, pauseMs: 1_000, longestPauseMs: 4_000 };
// No step here touches it.
const permit = {} as Permit;

export const candidate = (keyId: string): Candidate => ({
  identity: { broker: 'kis', environment: 'real', keyId, purpose: 'rest' },
  budgets: [],
  secrets: [],
  encode: () => ({ method: 'GET', path: '/', headers: {} }),
});

export const timeout = new CallTimeout('inquire-price', 1_000);
export const fault = new CodedFault(
  {
    broker: 'kis',
    endpoint: 'inquire-price',
    status: 500,
    brokerCode: 'EGW00202',
    brokerMessage: '…',
    meaning: 'test',
  },
  'repeat',
  'Do something.',
);

/** A process with keys a and b: calls go by the first one that may make them. `next` is what becomes of each. */
export const processWith = (store: CircuitStore, clock: FakeClock) => {
  const notices: Notice[] = [];
  const sent: string[] = [];
  const fallback = memoryCircuitStore(clock, policy);
  const breaker = new CircuitBreaker({ store, fallback, policy, clock, notify: (notice) => notices.push(notice) });
  const state: { next: (keyId: string) => Promise<void>; turn: () => Promise<void> } = {
    next: () => Promise.resolve(),
    turn: () => Promise.resolve(),
  };
  const send = withOpenCheck(breaker)(
    withOutcome(breaker)(async ({ identity }) => {
      sent.push(identity.keyId);
      await state.next(identity.keyId);
      return { ...answerOf({}), keyId: identity.keyId };
    }),
  );
  const chain = withCircuit(breaker)(async (call) => {
    await state.turn();
    const [first] = call.candidates;
    return send({ ...call, ...first } as KeyedCall, permit); // one candidate at least
  });
  const call = async (
    keys: readonly string[] = ['a'],
    replayable = true,
    { signal }: AbortController = new AbortController(),
  ): Promise<unknown> => {
    const asked: Call = {
      ...{ requestId: '1', tr: 'T', endpoint: 'inquire-price', replayable, inquiry: 'inquire-balance' },
      ...{ candidates: keys.map(candidate), priority: 'interactive', timeoutMs: 1_000 },
      signal,
      decode: () => ({}),
    };
    const result = chain(asked).then(
      ({ keyId }) => keyId,
      (error: unknown) => error,
    );
    await clock.advance(0);
    return result;
  };
  const fails = (error: Error): void => {
    state.next = () => Promise.reject(error);
  };
  return { call, fails, state, sent, notices, breaker };
};

export const world = () => {
  const clock = fakeClock('2026-11-28T00:00:00Z');
  const store = memoryCircuitStore(clock, policy);
  return { clock, store, one: processWith(store, clock), other: processWith(store, clock) };
};

export const openedBy = async (process: ReturnType<typeof processWith>, error: Error = timeout): Promise<void> => {
  process.fails(error);
  for (let count = 0; count < policy.failures; count += 1) await process.call();
  process.state.next = () => Promise.resolve();
};

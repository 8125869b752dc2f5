import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CallTimeout } from '../../src/error/index.js';
import type { Permit } from '../../src/ledger/contract.js';
import { BeforeSend, CodedFault, type Call, type Candidate, type Reaction } from '../../src/request/contract.js';
import { withPermit } from '../../src/request/with-permit.js';
import { withRetry } from '../../src/request/with-retry.js';
import { fakeClock } from '../../src/testing/index.js';
import { answerOf } from '../support/sample.js';
import { seeded } from '../support/seeded.js';

const candidate: Candidate = {
  identity: { broker: 'kis', environment: 'real', keyId: 'abc', purpose: 'rest' },
  budgets: [],
  secrets: [],
  encode: () => ({ method: 'GET', path: '/', headers: {} }),
};

const fault = (reaction: Reaction): CodedFault =>
  new CodedFault(
    { broker: 'kis', endpoint: 'inquire-price', status: 500, brokerCode: 'X', brokerMessage: '…', meaning: 'test' },
    reaction,
    'Do something.',
  );

const errors = {
  timeout: new CallTimeout('inquire-price', 1_000),
  'not sent': new BeforeSend(new CallTimeout('inquire-price', 1_000)),
  repeat: fault('repeat'),
  verify: fault('verify'),
  wait: fault('wait'),
  fix: fault('fix'),
  stop: fault('stop'),
} as const;
type Outcome = keyof typeof errors | 'answer';

const outcome = fc.constantFrom<Outcome>(...(Object.keys(errors) as (keyof typeof errors)[]), 'answer');
const run = fc.record({
  outcomes: fc.array(outcome, { minLength: 8, maxLength: 12 }),
  retries: fc.integer({ min: 0, max: 6 }),
  replayable: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  deadlineMs: fc.integer({ min: 1, max: 30_000 }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

/** One call through retry and permit, on a clock of its own; every attempt ends with the next outcome, at once. */
const play = async ({ outcomes, retries, replayable, seed, deadlineMs }: Run) => {
  const clock = fakeClock();
  const starts: number[] = [];
  const pauses: number[] = [];
  const state = { permits: 0, endedAt: -1 };
  const permit = { account: 'kis:real:abc', cancel: () => undefined } as Permit; // nothing else is used
  const ledger = {
    acquire: () => {
      state.permits += 1;
      return Promise.resolve(permit);
    },
  };
  const send = withRetry({
    retries,
    clock,
    random: seeded(seed),
    notify: (notice) => notice.kind === 'retry' && pauses.push(notice.waitMs),
  })(
    withPermit(ledger)(() => {
      const next = outcomes[starts.length] ?? 'answer';
      starts.push(clock.monotonic());
      return next === 'answer' ? Promise.resolve(answerOf({})) : Promise.reject(errors[next]);
    }),
  );
  const deadline = new AbortController();
  clock.after(deadlineMs, () => {
    deadline.abort();
  });
  const call: Call = {
    ...{ requestId: '1', tr: 'T', endpoint: 'inquire-price', replayable, inquiry: 'inquire-balance' },
    ...{ candidates: [candidate], priority: 'interactive', signal: deadline.signal, timeoutMs: 1_000 },
    decode: () => ({}),
  };
  const ended = send(call)
    .then(
      () => 'answered' as const,
      (error: unknown) => error,
    )
    .finally(() => {
      state.endedAt = clock.monotonic();
    });
  await clock.advance(120_000);
  return {
    starts,
    pauses,
    permits: state.permits,
    endedAt: state.endedAt,
    result: await ended,
    pending: clock.pending,
  };
};

const mayRepeat = (last: Outcome, replayable: boolean): boolean =>
  last === 'not sent' || (replayable && ['timeout', 'repeat', 'verify', 'wait'].includes(last));

describe('repetitions', () => {
  it('take a permit each, stay within the deadline, and follow nothing that must not be repeated', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const { starts, permits, endedAt, pending } = await play(given);
        const made = given.outcomes.slice(0, starts.length);
        expect(permits).toBe(starts.length);
        expect(starts.length).toBeLessThanOrEqual(given.retries + 1);
        expect(made.slice(0, -1).every((each) => mayRepeat(each, given.replayable))).toBe(true);
        expect(endedAt).toBeGreaterThanOrEqual(0);
        expect(endedAt).toBeLessThanOrEqual(given.deadlineMs);
        expect(pending).toBe(0);
      }),
      { numRuns: 300, seed: 20_261_128 },
    );
  });

  it('go on as long as they may, and no shorter', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const { starts, endedAt } = await play(given);
        const last = given.outcomes[starts.length - 1] ?? 'answer';
        const usedUp = starts.length === given.retries + 1 || endedAt === given.deadlineMs;
        expect(usedUp || !mayRepeat(last, given.replayable)).toBe(true);
      }),
      { numRuns: 300, seed: 20_261_129 },
    );
  });

  it('pause between the base and three times the pause before, ten seconds at most', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const { pauses } = await play({ ...given, deadlineMs: 100_000 });
        pauses.forEach((pauseMs, index) => {
          const baseMs = given.outcomes[index] === 'wait' ? 1_000 : 200;
          const longest = Math.min(10_000, 3 * Math.max(baseMs, pauses[index - 1] ?? 0));
          expect(pauseMs).toBeGreaterThanOrEqual(baseMs);
          expect(pauseMs).toBeLessThanOrEqual(longest);
        });
      }),
      { numRuns: 300, seed: 20_261_130 },
    );
  });

  it('drift apart: callers that failed together do not come back together', async () => {
    const outcomes: Outcome[] = Array.from({ length: 4 }, () => 'timeout');
    const rounds = await Promise.all(
      Array.from({ length: 200 }, (_none, index) =>
        play({ outcomes, retries: 3, replayable: true, seed: 7_919 * (index + 1), deadlineMs: 100_000 }),
      ),
    );
    const thirds = rounds.map(({ starts }) => starts[3] ?? 0).sort((one, other) => one - other);
    const [earliest = 0, latest = 0] = [thirds[10], thirds[189]];
    expect(latest - earliest).toBeGreaterThan(1_000);
  });
});

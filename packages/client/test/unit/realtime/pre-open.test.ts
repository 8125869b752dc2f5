import { expect, it } from 'vitest';

import { openingOn } from '../../../src/broker/session.js';
import { lookAgainMs, watchPreOpen } from '../../../src/realtime/session/pre-open.js';
import { fakeClock } from '../../../src/testing/index.js';

const minuteMs = 60_000;

/** A watch that began at this time in KST, and what it told, with the time. `state.problems` may change on the way. */
const watch = (began: string, isTradingDay: (day: string) => boolean = () => true) => {
  const clock = fakeClock(`${began}+09:00`);
  const state: { problems: readonly string[] | undefined; looks: number } = { problems: [], looks: 0 };
  const told: string[] = [];
  const end = new AbortController();
  const over = watchPreOpen({
    ...{ clock, isTradingDay, leadMs: 10 * minuteMs, signal: end.signal },
    look: () => {
      state.looks += 1;
      return Promise.resolve(state.problems);
    },
    tell: (problems, opensInMs) => {
      const at = new Date(clock.now() + 9 * 60 * minuteMs).toISOString().slice(8, 19);
      told.push(`${at} ${problems.join(', ') || 'ok'}, opens in ${String(opensInMs / minuteMs)}`);
    },
  });
  return { clock, state, told, end, over };
};

it('says once at 08:50 that all is ready, and on the next trading day again', async () => {
  const { clock, state, told } = watch('2026-11-06T08:40:30');
  await clock.advance(9 * minuteMs);
  expect([told, state.looks]).toEqual([[], 0]);
  await clock.advance(minuteMs);
  expect(told).toEqual(['06T08:50:00 ok, opens in 10']);
  // Friday: the weekend has no opening.
  await clock.advance(3 * 24 * 60 * minuteMs);
  expect(told).toEqual(['06T08:50:00 ok, opens in 10', '09T08:50:00 ok, opens in 10']);
});

it('says what is wrong once it has been so for a moment, when it changes, and when it is mended', async () => {
  const { clock, state, told } = watch('2026-11-06T08:49:00');
  state.problems = ['no socket'];
  await clock.advance(minuteMs);
  expect(state.looks).toBe(1);
  expect(told).toEqual([]);
  await clock.advance(lookAgainMs);
  await clock.advance(minuteMs);
  state.problems = ['a feed'];
  await clock.advance(2 * lookAgainMs);
  state.problems = [];
  await clock.advance(lookAgainMs);
  await clock.advance(30 * minuteMs);
  expect(told.map((line) => line.replace(/, opens.*/, ''))).toEqual([
    '06T08:50:05 no socket',
    '06T08:51:15 a feed',
    '06T08:51:20 ok',
  ]);
});

it('does not look after the opening, on a day that is known to be closed, or where nothing is wanted', async () => {
  const late = watch('2026-11-06T09:00:00');
  await late.clock.advance(10 * 60 * minuteMs);
  expect(late.state.looks).toBe(0);
  const closed = watch('2026-12-25T08:45:00', (day) => day !== '2026-12-25');
  await closed.clock.advance(60 * minuteMs);
  expect(closed.state.looks).toBe(0);
  const idle = watch('2026-11-06T08:49:00');
  idle.state.problems = undefined;
  await idle.clock.advance(20 * minuteMs);
  expect(idle.state.looks).toBeGreaterThan(10);
  expect(idle.told).toEqual([]);
});

it('comes an hour later where KRX opens an hour later', async () => {
  const { clock, told } = watch('2026-11-19T08:30:00');
  await clock.advance(3 * 60 * minuteMs);
  expect(told).toEqual(['19T09:50:00 ok, opens in 10']);
  expect(openingOn(Date.parse('2026-11-19T00:00:00+09:00'))).toBe(Date.parse('2026-11-19T10:00:00+09:00'));
  expect(openingOn(Date.parse('2026-11-07T12:00:00+09:00'))).toBeUndefined();
});

it('begins at once where it starts between that time and the opening, and ends with its signal', async () => {
  const { clock, told, end, over } = watch('2026-11-06T08:57:30');
  await clock.advance(0);
  expect(told).toEqual(['06T08:57:30 ok, opens in 2.5']);
  end.abort();
  await over;
  expect(clock.pending).toBe(0);
});

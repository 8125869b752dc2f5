import { expect, it } from 'vitest';

import type { HubEffects, Notice } from '../../src/index.js';
import { systemClock } from '../../src/runtime/clock.js';
import { openLiveStage } from '../support/live.js';

const trade = { kind: 'trade', symbol: '005930' } as const;

/** Hubs and a broker at that time of a trading day, and what those told. */
const openAt = async (time: string, more: HubEffects = {}) => {
  const start = Date.parse(`2026-11-06T${time}+09:00`);
  const began = performance.now();
  const now = (): number => start + performance.now() - began;
  const stage = await openLiveStage({ now });
  const told: Extract<Notice, { kind: 'feed-preopen' }>[] = [];
  const notify = (notice: Notice): void => {
    if (notice.kind === 'feed-preopen') told.push(notice);
  };
  const hub = stage.hub({ realtimeGraceMs: 100 }, { clock: { ...systemClock, now }, notify, ...more });
  return { stage, told, hub, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
};

it('before the opening the holder says by key that all feeds are acknowledged, or what is wrong with them', async () => {
  await using scene = await openAt('08:55:00');
  const { told, hub } = scene;
  const subscription = await hub.realtime.subscribe([trade]);
  await subscription.ready;
  await expect.poll(() => told, { timeout: 15_000 }).toHaveLength(1);
  expect(told[0]).toMatchObject({ ok: true, problems: [], feeds: 1 });
  expect(told[0]?.account).toMatch(/^kis:real:[0-9a-f]{12}$/);
  // The broker drops a socket that registers the notices of a stranger, again and again.
  const wrong = await hub.realtime.subscribe([{ kind: 'notice', symbol: 'stranger' }]);
  await expect.poll(() => told.at(-1)?.ok, { timeout: 30_000 }).toBe(false);
  expect(told.at(-1)?.problems.join()).toMatch(/socket|not acknowledged/);
  await wrong.close();
});

it('whoever waits for a session says so when its holder was not heard for long', async () => {
  await using scene = await openAt('08:55:00');
  const { stage, told, hub } = scene;
  const holder = await hub.realtime.subscribe([trade]);
  await holder.ready;
  // As seen by a process whose clock is a minute on, the broker fell silent.
  const [from, began] = [Date.parse('2026-11-06T08:56:30+09:00'), performance.now()];
  const seen: Notice[] = [];
  const other = stage.hub(
    {},
    {
      clock: { ...systemClock, now: () => from + performance.now() - began },
      notify: (notice) => {
        if (notice.kind === 'feed-preopen') seen.push(notice);
      },
    },
  );
  await using subscription = await other.realtime.subscribe([trade]);
  await subscription.ready;
  await expect
    .poll(() => seen, { timeout: 15_000 })
    .toMatchObject([
      { ok: false, problems: [expect.stringMatching(/holds the session, and nothing was heard by it for \d+ s/)] },
    ]);
  expect(told.every(({ ok }) => ok)).toBe(true);
});

it('nothing is said where the setting is off, or on a day that is known to be closed', async () => {
  await using scene = await openAt('08:55:00', { isTradingDay: () => false });
  const { stage, told, hub } = scene;
  const off = stage.hub({ realtimePreopen: 'off' });
  await using one = await hub.realtime.subscribe([trade]);
  await using two = await off.realtime.subscribe([trade]);
  await Promise.all([one.ready, two.ready]);
  // Another process at the same time does look, so it was time for that.
  const seen: Notice[] = [];
  const start = performance.now();
  const third = stage.hub(
    {},
    {
      clock: { ...systemClock, now: () => Date.parse('2026-11-06T08:59:00+09:00') + performance.now() - start },
      notify: (notice) => {
        if (notice.kind === 'feed-preopen') seen.push(notice);
      },
    },
  );
  await using three = await third.realtime.subscribe([trade]);
  await three.ready;
  await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThan(0);
  expect(told).toEqual([]);
});

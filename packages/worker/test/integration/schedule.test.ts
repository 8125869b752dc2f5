import { expect, onTestFinished, test, vi } from 'vitest';

import { Plans } from '../../src/backfill/plans.js';
import { scheduleBackfill, tick } from '../../src/backfill/schedule.js';
import { connect } from '../../src/queue/connection.js';
import { readSchedule, type StoredSchedule } from '../../src/queue/schedule-payload.js';
import { ScheduleStore } from '../../src/queue/schedule-store.js';
import type { BackfillRequest } from '../../src/queue/payload.js';
import { scriptedHub } from '../support/scripted-hub.js';
import { openStage, planOf } from '../support/stage.js';

const patient = { timeout: 20_000, interval: 20 };
const at = (text: string): number => Date.parse(`${text}+09:00`);

const scheduleOf = (storeId: string, more: object = {}): StoredSchedule => ({
  ...({ v: 1, storeId, broker: 'kis' } as const),
  file: readSchedule(
    JSON.stringify({
      ...{ symbols: ['005930'], kinds: ['1m'], window: { from: '18:00', to: '06:00' }, daysBack: 2 },
      ...more,
    }),
    'nightly.json',
  ),
  pace: { kis: { perSecond: 18, keys: [] } },
});

const open = async () => {
  const stage = await openStage();
  const { redisUrl, prefix, storeId } = stage;
  const connections = await connect(redisUrl, () => undefined);
  const plans = new Plans({ connections, prefix, storeId });
  onTestFinished(() => connections.close(() => plans.close()));
  const schedules = new ScheduleStore({ redis: connections.producer, prefix, storeId });
  const asked: BackfillRequest[] = [];
  let now = 0;
  return {
    ...{ stage, plans, asked },
    save: (schedule: StoredSchedule | undefined) => scheduleBackfill({ redisUrl, prefix, storeId }, schedule),
    tickAt: (text: string) => {
      now = at(text);
      const plan = (request: BackfillRequest) => {
        asked.push(request);
        return Promise.resolve({ ...planOf(storeId, 3), request });
      };
      return tick({ schedules, plans, plan, now: () => now });
    },
    states: async () => Promise.all((await plans.ids()).map(async (id) => (await plans.status(id)).state)),
    waiting: () => stage.queue('bulk-kis').getPrioritizedCount(),
  };
};

test('a night begins once, pauses with its window, and goes on where the next one begins', async () => {
  const { stage, asked, save, tickAt, states, waiting } = await open();
  await save(scheduleOf(stage.storeId));
  await tickAt('2026-11-27T12:00:00');
  expect([asked.length, await waiting()]).toEqual([0, 0]);
  await tickAt('2026-11-27T18:00:10');
  await tickAt('2026-11-28T01:00:00');
  expect([asked.length, await waiting(), await states()]).toEqual([1, 3, ['running']]);
  await tickAt('2026-11-28T06:00:00');
  expect([await waiting(), await states()]).toEqual([0, ['paused']]);
  // Nothing has been traded since: the plan of the night is the same, and goes on.
  await tickAt('2026-11-28T18:00:00');
  expect([asked.length, await waiting(), await states()]).toEqual([2, 3, ['running']]);
});

test('another file replaces the one before, also in the middle of its night', async () => {
  const { stage, asked, save, tickAt, states, waiting } = await open();
  await save(scheduleOf(stage.storeId));
  await tickAt('2026-11-27T18:00:10');
  await save(scheduleOf(stage.storeId, { daysBack: 1 }));
  await tickAt('2026-11-27T18:01:00');
  expect(asked.map(({ from }) => from)).toEqual(['2026-11-26', '2026-11-27']);
  expect((await states()).sort()).toEqual(['paused', 'running']);
  expect(await waiting()).toBe(3);
  await save(undefined);
  expect(await stage.queue('schedule').getJobSchedulersCount()).toBe(0);
});

test('two services look at a schedule once', async () => {
  const { stage, save } = await open();
  const { store, storeId } = stage;
  await save(scheduleOf(storeId, { window: { from: '00:00', to: '23:59' } }));
  await save(scheduleOf(storeId, { window: { from: '00:00', to: '23:59' } }));
  expect(await stage.queue('schedule').getJobSchedulersCount()).toBe(1);
  const hub = scriptedHub();
  await stage.start({ hub, store: { store, id: storeId } });
  await stage.start({ hub: scriptedHub() });
  await vi.waitFor(async () => expect(await stage.queue('schedule').getDelayedCount()).toBe(1), patient);
  const { completed, failed, delayed } = await stage.queue('schedule').getJobCounts();
  expect({ completed, failed, delayed }).toEqual({ completed: 0, failed: 0, delayed: 1 });
});

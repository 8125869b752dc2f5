import { defaultPrefix } from '@hub/client/service';
import { koreanDay, session, startOfDay, tradingDays } from '@hub/store';

import { connect } from '../queue/connection.js';
import type { BackfillPlan, BackfillRequest } from '../queue/payload.js';
import type { StoredSchedule } from '../queue/schedule-payload.js';
import { ScheduleStore } from '../queue/schedule-store.js';
import { nightOf } from '../window/night.js';
import type { Plans, PlansOptions } from './plans.js';

const dayMs = 86_400_000;
/** Trading days are at least half of all days over any stretch. */
const calendarDays = (tradingDayCount: number): number => 2 * tradingDayCount + 14;

/** What one night is to fetch, at `nowMs`: the last trading days whose session is over. */
export const requestsOf = ({ file, broker, pace }: StoredSchedule, nowMs: number): BackfillRequest[] => {
  const { symbols, kinds, venue, daysBack } = file;
  const today = koreanDay(nowMs);
  const first = koreanDay(startOfDay(today) - calendarDays(daysBack) * dayMs);
  const over = tradingDays(venue, first, today).filter((day) => (session(venue, day)?.closeMs ?? Infinity) <= nowMs);
  const days = over.slice(-daysBack);
  const [from, to] = [days[0], days.at(-1)];
  if (from === undefined || to === undefined) return [];
  const [kis, kiwoom] = [pace.kis?.perSecond ?? 1, pace.kiwoom?.perSecond ?? 1];
  return kinds.map((interval) => {
    const wanted = { symbols, venue, interval, from, to };
    return broker === 'auto' ? { ...wanted, broker, rates: { kis, kiwoom } } : { ...wanted, broker };
  });
};

export interface TickEffects {
  readonly schedules: ScheduleStore;
  readonly plans: Pick<Plans, 'create' | 'start' | 'pause' | 'status'>;
  /** Asks the writer what is missing. */
  readonly plan: (request: BackfillRequest) => Promise<BackfillPlan>;
  readonly now: () => number;
}

/** Looks at a schedule once: begins its night, goes on with it, or ends it. Doing so twice changes nothing. */
export const tick = async ({ schedules, plans, plan, now }: TickEffects): Promise<void> => {
  const schedule = await schedules.read();
  if (schedule === undefined) return;
  const before = await schedules.night();
  const day = nightOf(schedule.file.window, now());
  if (day === undefined) {
    if (before === undefined || before.over) return;
    for (const id of before.plans) await plans.pause(id);
    await schedules.saveNight({ ...before, over: true });
    return;
  }
  if (before?.day === day && !(await schedules.changed())) {
    if (!before.over) return;
    for (const id of before.plans) await plans.start(id);
    await schedules.saveNight({ ...before, over: false });
    return;
  }
  const { share } = schedule.file;
  const ids: string[] = [];
  for (const request of requestsOf(schedule, now())) {
    ids.push((await plans.create(await plan(request), { share, pace: schedule.pace })).id);
  }
  // What the night before has left is in the plans of this one.
  for (const id of before?.plans ?? []) if (!ids.includes(id)) await plans.pause(id);
  for (const id of ids) await plans.start(id);
  await schedules.saveNight({ day, plans: ids, over: false });
};

/**
 * Stores the nightly backfill of a store, instead of the one before; without a schedule it ends. Services look at it every half
 * minute. Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const scheduleBackfill = async (
  { redisUrl, storeId, prefix = defaultPrefix }: PlansOptions,
  schedule: StoredSchedule | undefined,
): Promise<void> => {
  const connections = await connect(redisUrl, () => undefined);
  try {
    const schedules = new ScheduleStore({ redis: connections.producer, prefix, storeId });
    if (schedule === undefined) await schedules.remove();
    else await schedules.save(schedule);
  } finally {
    await connections.close();
  }
};

import { createHub } from '@hub/client';
import { koreanDay } from '@hub/store';

import { Announcer } from '../terminal/notice.js';
import { disagreementLine } from './calendar-file.js';
import { withClosers, type Closers } from './closers.js';
import { checkCollect, type CheckedCollect, type CollectFlags } from './collect-request.js';
import { collectInto, openTarget, sayCollected, type Collected } from './collecting.js';
import type { Context } from './context.js';
import { openRedis } from './redis-servers.js';
import { checkToday } from './trading-day.js';

/** `hub collect`. Returns the exit code; failures before the first event are thrown. */
export const collect = async (context: Context, flags: CollectFlags, leftover: readonly string[]): Promise<number> => {
  const checked = checkCollect(flags, leftover, context.env);
  return sayCollected(context, await withClosers((closers) => run(context, checked, closers)));
};

const run = async (context: Context, checked: CheckedCollect, closers: Closers): Promise<Collected> => {
  const { screen, env, now } = context;
  const { calendar } = checked;
  for (const each of calendar.disagreements) screen.note(disagreementLine(each));
  const redis = await openRedis(context, checked, closers);
  await checkToday(checked.venue, koreanDay(now()), calendar, redis.main);
  const target = await openTarget(context, checked, redis, closers);
  const announcer = new Announcer((line) => screen.note(line), { verbose: screen.verbose, now });
  const hub = createHub(
    { ...checked.options, redis: { main: redis.main, gatekeeper: redis.gatekeeper } },
    { env, isTradingDay: (day) => calendar.isTradingDay('KRX', day), notify: (notice) => announcer.tell(notice) },
  );
  closers.add(() => hub.close());
  return collectInto(context, target, { hub, feeds: checked.feeds, forMs: checked.forMs });
};

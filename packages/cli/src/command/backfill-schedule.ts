import { readFileSync } from 'node:fs';

import { readSchedule, ScheduleInvalid, scheduleBackfill, storeIdOf, type ScheduleFile } from '@hub/worker';

import { UsageInvalid } from '../error/index.js';
import type { PlanFlags } from './backfill-plan.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { unknownArguments } from './leftover.js';
import { paceOf } from './rates.js';
import { openRedis } from './redis-servers.js';
import { chooseSettings, chooseWriterSettings } from './settings.js';

/** Flags of `hub backfill schedule`, as typed. */
export interface ScheduleFlags extends Pick<PlanFlags, 'db' | 'baseUrl'> {
  readonly remove?: boolean;
}

const usage = (message: string): UsageInvalid =>
  new UsageInvalid([{ code: 'HUB_USAGE', message, remedy: '`hub backfill schedule --help` explains every option.' }]);

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScheduleInvalid(file, [error instanceof Error ? error.message : String(error)]);
  }
};

/** `hub backfill schedule`: what `hub serve` is to fetch at night. Instead of the one before. */
export const schedule = (context: Context, flags: ScheduleFlags, words: readonly string[]): Promise<number> =>
  withClosers(async (closers) => {
    const { screen, env, now } = context;
    const [file, ...rest] = words;
    const wrong = unknownArguments(file?.startsWith('-') === true ? words : rest)[0];
    if (wrong !== undefined) throw usage(wrong);
    if ((file === undefined) !== (flags.remove === true)) throw usage('give either a file or --remove');
    const storeId = storeIdOf(flags.db);
    if (file === undefined) {
      const chosen = chooseWriterSettings(env, flags.baseUrl);
      if (!('urls' in chosen)) throw new UsageInvalid(chosen);
      const redis = await openRedis(context, chosen, closers);
      await scheduleBackfill({ redisUrl: redis.main, storeId }, undefined);
      screen.say(`${flags.db} has no schedule any more.`);
      screen.emit({ ok: true, schedule: null });
      return 0;
    }
    const read = readSchedule(textOf(file), file);
    const chosen = chooseSettings(env, flags.baseUrl);
    if (!('settings' in chosen)) throw new UsageInvalid(chosen);
    const { settings, embedded } = chosen;
    const pace = paceOf(settings, now(), read.share);
    const broker = brokerOf(read, file, Object.keys(pace));
    const redis = await openRedis(context, { urls: settings.redis, embedded }, closers);
    await scheduleBackfill({ redisUrl: redis.main, storeId }, { v: 1, storeId, file: read, broker, pace });
    screen.say(lineOf(read, flags.db));
    screen.emit({ ok: true, schedule: read });
    return 0;
  });

const brokerOf = (read: ScheduleFile, file: string, known: readonly string[]): 'kis' | 'kiwoom' | 'auto' => {
  const both = known.length > 1;
  const only = known[0] === 'kiwoom' ? 'kiwoom' : 'kis';
  const { broker = both ? 'auto' : only } = read;
  if (broker === 'auto') return both ? 'auto' : only;
  if (!known.includes(broker)) throw new ScheduleInvalid(file, [`broker: ${broker} is not set up here`]);
  return broker;
};

const lineOf = ({ symbols, kinds, window, daysBack }: ScheduleFile, db: string): string =>
  `${db}: ${kinds.join(' and ')} of ${String(symbols.length)} symbols, the last ${String(daysBack)} trading days, from ${window.from} to ${window.to} KST; by whoever runs \`hub serve\`.`;

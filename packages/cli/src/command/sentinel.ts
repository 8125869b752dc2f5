import { startSentinel, storeIdOf, type ServiceOptions } from '@hub/worker';

import { UsageInvalid, type Problem } from '../error/index.js';
import { withClosers, type Closers } from './closers.js';
import type { Context, Environment } from './context.js';
import { holeLine } from './hole-line.js';
import { unknownArguments } from './leftover.js';
import { openRedis } from './redis-servers.js';
import { chooseWriterSettings, type WriterSettings } from './settings.js';
import { stopped } from './stop.js';
import { storeWithWriter } from './writer.js';

/** Flags of `hub sentinel`, as typed. */
export interface SentinelFlags {
  readonly db?: string;
  readonly store?: string;
}

const remedy = '`hub sentinel --help` explains every option.';

/** Where alerts go, beside the log. */
export const alertsOf = ({ HUB_ALERT_WEBHOOK: url }: Environment): Exclude<ServiceOptions['sentinel'], undefined> =>
  url === undefined || url === '' ? true : { alertWebhook: url };

/** Throws one UsageInvalid that lists everything. */
const checkSentinel = (flags: SentinelFlags, leftover: readonly string[], env: Environment): WriterSettings => {
  const problems: Problem[] = unknownArguments(leftover).map((message) => ({ code: 'HUB_USAGE', message, remedy }));
  if (flags.db !== undefined && flags.store !== undefined) {
    problems.push({ code: 'HUB_USAGE', message: '--db and --store both name a store', remedy });
  }
  const chosen = chooseWriterSettings(env, undefined);
  if (!('embedded' in chosen)) throw new UsageInvalid([...problems, ...chosen]);
  if (problems.length > 0) throw new UsageInvalid(problems);
  return chosen;
};

/** `hub sentinel`: until somebody stops it. It needs no keys: workers have them. */
export const sentinel = (context: Context, flags: SentinelFlags, leftover: readonly string[]): Promise<void> => {
  const chosen = checkSentinel(flags, leftover, context.env);
  return withClosers((closers) => run(context, flags, chosen, closers));
};

const run = async (
  context: Context,
  flags: SentinelFlags,
  { urls, embedded }: WriterSettings,
  closers: Closers,
): Promise<void> => {
  const { screen, env, stop } = context;
  const redis = await openRedis(context, { urls, embedded }, closers);
  const storeId = flags.db === undefined ? await onlyStore(context, redis.main, flags.store) : storeIdOf(flags.db);
  const alerts = alertsOf(env);
  const own = await startSentinel({
    ...{ redisUrl: redis.main, storeId },
    ...(alerts === true ? {} : alerts),
    onEvent: (event) => {
      const line = event.kind === 'error' ? `${event.code} ${event.message}` : holeLine(event, screen.verbose);
      if (screen.json) screen.emit({ event: event.kind, ...withoutKind(event) });
      else if (line !== undefined) screen.note(line);
    },
  });
  closers.add(() => own.close());
  screen.emit({ event: 'ready', pid: process.pid, store: storeId });
  screen.say(`ready: watching store ${storeId}, pid ${String(process.pid)}`);
  await stopped(stop);
  screen.note('stopping: what workers have in hand they end by themselves');
};

const onlyStore = async ({ screen }: Context, redisUrl: string, store: string | undefined): Promise<string> => {
  const { storeId, writer } = await storeWithWriter(redisUrl, store);
  screen.note(`store ${storeId} is written by pid ${String(writer.pid)} on ${writer.host}; watching it`);
  return storeId;
};

const withoutKind = ({ kind: _kind, ...rest }: object & { readonly kind: string }): object => rest;

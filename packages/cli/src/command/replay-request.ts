import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { brokerNames, type RealtimeEvent, type ReplayOptions } from '@hub/client';

import { UsageInvalid, type Problem } from '../error/index.js';
import type { Environment } from './context.js';
import type { RedisUrls } from './redis-servers.js';
import { chooseWriterSettings } from './settings.js';

/** Flags of `hub replay`, as typed. */
export interface ReplayFlags {
  readonly speed: string;
  readonly from?: string;
  readonly to?: string;
  readonly broker?: string;
  readonly symbols?: string;
  readonly kinds?: string;
  readonly db?: string;
  readonly store?: string;
}

export interface CheckedReplay {
  readonly options: ReplayOptions;
  /** Whether an event is asked for. */
  readonly wants: (event: RealtimeEvent) => boolean;
  /** Where to write; undefined: events go to stdout. */
  readonly target:
    { readonly db: string | undefined; readonly store: string | undefined; readonly redis: WriterRedis } | undefined;
}

interface WriterRedis {
  readonly urls: RedisUrls;
  readonly embedded: boolean;
}

const kinds: readonly string[] = ['trade', 'book', 'notice'];
const explained = '`hub replay --help` explains every option.';
const words = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter((word) => word !== '');

/** `2026-11-27T09:00`, seconds too, KST unless it says otherwise → UTC epoch ms. */
const instantOf = (text: string): number | undefined => {
  const [, day, time, zone = '+09:00'] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const instant = Date.parse(`${day ?? ''}T${time ?? ''}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
};

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkReplay = (flags: ReplayFlags, args: readonly string[], env: Environment): CheckedReplay => {
  const problems: Problem[] = [];
  const complain = (message: string, remedy = explained): void => {
    problems.push({ code: 'HUB_USAGE', message, remedy });
  };
  for (const flag of args.filter((arg) => arg.startsWith('-'))) complain(`unknown option ${flag}`);
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (paths.length === 0)
    complain('no file and no folder is named', 'Name what HUB_CAPTURE_DIR was: hub replay captures');
  for (const path of paths.filter((each) => !existsSync(each))) complain(`${path}: there is no such file or folder`);
  const folders = paths.filter((path) => existsSync(path) && statSync(path).isDirectory());
  if (folders.length > 1) complain(`${folders.join(', ')}: one folder at a time, or files`);
  const speed = flags.speed === 'max' ? 'max' : Number(flags.speed);
  if (speed !== 'max' && !(Number.isFinite(speed) && speed > 0))
    complain(`--speed ${flags.speed} is neither above 0 nor max`, 'Give 1, 10 or max.');
  const [from, to] = (['from', 'to'] as const).map((name) => {
    const text = flags[name];
    const instant = text === undefined ? undefined : instantOf(text);
    if (text !== undefined && instant === undefined)
      complain(`--${name} ${text} is no time`, 'Give Korean time like 2026-11-27T09:00.');
    return instant;
  });
  if (from !== undefined && to !== undefined && from >= to) complain('--from is not before --to');
  const broker = brokerNames.find((name) => name === flags.broker);
  if (flags.broker !== undefined && broker === undefined)
    complain(`--broker ${flags.broker} is unknown`, `Known: ${brokerNames.join(', ')}.`);
  const wanted = new Set(words(flags.kinds));
  for (const kind of wanted)
    if (!kinds.includes(kind)) complain(`--kinds ${kind} is unknown`, `Known kinds: ${kinds.join(', ')}.`);
  const symbols = new Set(words(flags.symbols));
  const { db, store } = flags;
  if (db !== undefined && store !== undefined) complain('--db and --store name two stores: give one');
  if (db === '') complain('--db is empty', 'Give the DuckDB file, for example --db market.duckdb.');
  else if (db !== undefined && !existsSync(dirname(resolve(db))))
    complain(`--db ${db}: the folder does not exist`, 'Create the folder of the DuckDB file first.');
  const chosen = db === undefined && store === undefined ? undefined : chooseWriterSettings(env, undefined);
  const redis = chosen !== undefined && 'embedded' in chosen ? chosen : undefined;
  if (chosen !== undefined && !('embedded' in chosen)) problems.push(...chosen);
  if (problems.length > 0) throw new UsageInvalid(problems);
  const [dir] = folders;
  return {
    options: {
      speed,
      files: paths.filter((path) => path !== dir),
      ...(dir === undefined ? {} : { dir }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
    wants: (event) =>
      (broker === undefined || event.broker === broker) &&
      (wanted.size === 0 || wanted.has('of' in event ? event.of : event.kind)) &&
      (symbols.size === 0 || symbols.has(event.symbol)),
    target: redis && { db, store, redis },
  };
};

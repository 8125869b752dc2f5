import { existsSync } from 'node:fs';

import { isHubError } from '@hub/client';
import {
  exportTables,
  openStore,
  startOfDay,
  type ExportResult,
  type ExportTable,
  type ParquetExport,
  type SnapshotResult,
  type Store,
} from '@hub/store';
import { askExport, askSnapshot, storeIdOf, type AskOptions } from '@hub/worker';

import { UsageInvalid, type Problem } from '../error/index.js';
import { table } from '../terminal/table.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { unknownArguments } from './leftover.js';
import { openRedis } from './redis-servers.js';
import { chooseWriterSettings } from './settings.js';

/** Flags of `hub export`, as typed. */
export interface ExportFlags {
  readonly db: string;
  readonly to?: string;
  readonly snapshot?: string;
  readonly tables?: string;
  readonly from?: string;
  readonly toDay?: string;
}

interface CheckedExport {
  readonly db: string;
  readonly snapshot: string | undefined;
  readonly parquet: ParquetExport | undefined;
}

const remedy = '`hub export --help` explains every option.';

const isDay = (day: string): boolean => {
  try {
    startOfDay(day);
    return true;
  } catch {
    return false;
  }
};

/** Everything that can be found wrong without opening anything. Throws one UsageInvalid that lists it all. */
export const checkExport = (flags: ExportFlags, leftover: readonly string[]): CheckedExport => {
  const { db, to, snapshot, from, toDay } = flags;
  const messages = unknownArguments(leftover);
  if (to === undefined && snapshot === undefined)
    messages.push('nothing to write: give --to DIR, --snapshot FILE or both');
  if (!existsSync(db)) messages.push(`--db ${db}: no such file`);
  const names = flags.tables?.split(',').map((name) => name.trim()) ?? [...exportTables];
  const isTable = (name: string): name is ExportTable => exportTables.some((each) => each === name);
  const tables = names.filter(isTable);
  for (const name of names)
    if (!isTable(name)) messages.push(`--tables ${name} is unknown: ${exportTables.join(', ')}`);
  for (const [flag, day] of Object.entries({ '--from': from, '--to-day': toDay })) {
    if (day !== undefined && !isDay(day)) messages.push(`${flag} ${day} is no day: YYYY-MM-DD`);
  }
  if (messages.length > 0) {
    throw new UsageInvalid(messages.map((message): Problem => ({ code: 'HUB_USAGE', message, remedy })));
  }
  const days = { ...(from === undefined ? {} : { fromDay: from }), ...(toDay === undefined ? {} : { toDay }) };
  return { db, snapshot, parquet: to === undefined ? undefined : { dir: to, tables, ...days } };
};

/** Who writes: this process, or the one that has the file. */
interface Exporter {
  readonly snapshot: (path: string) => Promise<SnapshotResult>;
  readonly exportParquet: (query: ParquetExport) => Promise<ExportResult>;
}

/** `hub export`: Parquet files, a snapshot, or both. The writer of the file is asked where there is one. */
export const exportStore = async (context: Context, flags: ExportFlags, leftover: readonly string[]): Promise<void> => {
  const checked = checkExport(flags, leftover);
  await withClosers(async (closers) => {
    let store: Store | undefined;
    let exporter: Exporter;
    try {
      store = await openStore({ path: checked.db });
      exporter = store;
    } catch (error) {
      const settings = chooseWriterSettings(context.env, undefined);
      const isLocked = isHubError(error) && error.code === 'HUB_STORE_LOCKED';
      if (!isLocked || !('embedded' in settings)) throw error; // nobody can be asked
      const { main } = await openRedis(context, settings, closers);
      context.screen.note(
        "another process has the file; its writer is asked, so paths are those of the writer's machine",
      );
      const options: AskOptions = { redisUrl: main, storeId: storeIdOf(checked.db) };
      exporter = {
        snapshot: (path) => askSnapshot(options, path),
        exportParquet: (query) => askExport(options, query),
      };
    }
    const opened = store;
    if (opened !== undefined) closers.add(() => opened.close());
    await run(context, checked, exporter);
  });
};

const run = async ({ screen, stop }: Context, checked: CheckedExport, exporter: Exporter): Promise<void> => {
  const snapshot = checked.snapshot === undefined ? undefined : await exporter.snapshot(checked.snapshot);
  const parquet =
    checked.parquet === undefined ? undefined : await exporter.exportParquet({ ...checked.parquet, signal: stop });
  screen.emit({
    ok: true,
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(parquet === undefined ? {} : { parquet }),
  });
  if (screen.json) return;
  if (snapshot !== undefined) screen.say(`snapshot: ${snapshot.path}, ${snapshot.bytes.toLocaleString('en')} bytes`);
  for (const line of parquet === undefined ? [] : reportOf(parquet)) screen.say(line);
};

const reportOf = ({ dir, tables }: ExportResult): string[] => [
  ...table(
    [
      { title: 'table' },
      { title: 'rows', align: 'right' },
      { title: 'written', align: 'right' },
      { title: 'unchanged', align: 'right' },
      { title: 'removed', align: 'right' },
    ],
    tables.map((each) => [
      each.table,
      ...[each.rows, each.written, each.unchanged, each.removed].map((count) => count.toLocaleString('en')),
    ]),
  ),
  `Parquet files below ${dir}`,
];

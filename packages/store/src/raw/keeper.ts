import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dayMs, koreanDay } from '../calendar/index.js';
import { type Database, textLiteral, writeFailure } from '../database/index.js';
import { partialPath, putInPlace, sweepPartials, sync } from '../export/index.js';
import { dayFolder, daysIn, filesOf, nextFile, rawFolderOf, removeDay } from './folder.js';

/** What became of raw answers. */
export interface RawTidied {
  /** Files that were written. */
  readonly written: number;
  /** Files that were removed because they are older than what is to be kept. */
  readonly removed: number;
}

export interface RawKeeper {
  /** Runs once at a time. */
  tidy(): Promise<RawTidied>;
}

/** Bytes of text of one day above which they are moved before the day is over: some MB as Parquet. */
const mostBytes = 64_000_000;

interface Keeping {
  readonly database: Database;
  readonly folder: string;
  readonly today: string;
}

/** Moves raw answers out of the file, and removes old ones. Does nothing where `rawKeepDays` is not given. */
export const rawKeeper = (
  database: Database,
  options: { readonly rawKeepDays?: number | undefined; readonly clock: () => number },
): RawKeeper => {
  let last: Promise<unknown> = Promise.resolve();
  const tidy = async (keepDays: number): Promise<RawTidied> => {
    const now = options.clock();
    const keeping = { database, folder: rawFolderOf(database.path), today: koreanDay(now) };
    try {
      const removed = await forget(keeping, keepDays === 0 ? undefined : koreanDay(now - keepDays * dayMs));
      return { written: await moveOut(keeping), removed };
    } catch (error) {
      throw writeFailure(keeping.folder, error);
    }
  };
  return {
    tidy: () => {
      const { rawKeepDays } = options;
      if (rawKeepDays === undefined) return Promise.resolve({ written: 0, removed: 0 });
      const turn = last.then(() => tidy(rawKeepDays));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
};

/** Everything before `from`; all of it without one. */
const forget = async ({ database, folder }: Keeping, from: string | undefined): Promise<number> => {
  let removed = 0;
  const isOld = (day: string): boolean => from === undefined || day < from;
  for (const day of (await daysIn(folder)).filter(isOld)) removed += await removeDay(folder, day);
  const old = from === undefined ? 'TRUE' : `day < DATE '${from}'`;
  const some = await database.all(`SELECT 1 FROM raw_payloads WHERE ${old} LIMIT 1`);
  if (some.length > 0)
    await database.transaction((connection) => connection.run(`DELETE FROM raw_payloads WHERE ${old}`));
  return removed;
};

const moveOut = async (keeping: Keeping): Promise<number> => {
  const days = await keeping.database.all(`
    SELECT day::VARCHAR AS name FROM raw_payloads GROUP BY day
    HAVING day < DATE '${keeping.today}' OR sum(strlen(body)) > ${mostBytes} ORDER BY day`);
  let written = 0;
  for (const { name } of days) written += await moveDay(keeping, String(name));
  return written;
};

/**
 * The file first, the deletion after it. Whoever was killed in between has left both: so what is in files already is deleted before
 * anything is written, and a batch, which is never cut, is in one file.
 */
const moveDay = async (keeping: Keeping, day: string): Promise<number> => {
  const { database, folder } = keeping;
  await deleteWritten(keeping, day);
  const left = `FROM raw_payloads WHERE day = DATE '${day}'`;
  if ((await database.all(`SELECT 1 ${left} LIMIT 1`)).length === 0) return 0;
  await mkdir(dayFolder(folder, day), { recursive: true });
  const path = await nextFile(folder, day);
  const partial = partialPath(path);
  await sweepPartials(path);
  try {
    await database.aside((connection) =>
      connection.run(
        `COPY (SELECT batch_id, page, request, body, fetched_at ${left} ORDER BY batch_id, page)
         TO ${textLiteral(partial)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
    await putInPlace(partial, path);
    for (const above of [folder, dirname(folder)]) await sync(above); // they may be new
  } finally {
    await rm(partial, { force: true });
  }
  await deleteWritten(keeping, day);
  return 1;
};

const deleteWritten = async ({ database, folder }: Keeping, day: string): Promise<void> => {
  const files = await filesOf(folder, day);
  if (files.length === 0) return;
  const list = files.map(textLiteral).join(', ');
  await database.transaction((connection) =>
    connection.run(
      `DELETE FROM raw_payloads WHERE day = DATE '${day}'
       AND batch_id IN (SELECT batch_id FROM read_parquet([${list}], hive_partitioning = false))`,
    ),
  );
};

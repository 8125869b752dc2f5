import { isHubError } from '@hub/client';
import { openStore, type KnownQuery, type KnownStretchQuery, type KnownTime } from '@hub/store';
import {
  askCoverage,
  askGaps,
  coverageIn,
  storeIdOf,
  writerOf,
  type AskOptions,
  type CoverageAnswer,
} from '@hub/worker';

import { UsageInvalid } from '../error/index.js';
import type { Closers } from './closers.js';
import type { Context } from './context.js';
import { joinUsersRedis } from './redis-servers.js';
import { chooseWriterSettings } from './settings.js';
import { storeWithWriter } from './writer.js';

/** Who is asked: the file of `db`, or a store with a writer; with neither the only one that has a writer. */
export interface ChosenStore {
  readonly db: string | undefined;
  readonly store: string | undefined;
}

/** What is known of a store, wherever its file is open. */
export interface StoreReader {
  /** For people: the file, or the store. */
  readonly name: string;
  gaps(query: KnownStretchQuery): Promise<KnownTime>;
  /** `limit`: no more than so many series. */
  coverage(query: KnownQuery, limit: number): Promise<CoverageAnswer>;
}

/**
 * Reads the file itself when no other process has it, else asks its writer. Rejects with HUB_STORE_LOCKED when whoever has it takes no
 * questions from this Redis, with HUB_WRITER_AWAY, or with what is wrong with the settings.
 */
export const openReader = async (context: Context, chosen: ChosenStore, closers: Closers): Promise<StoreReader> => {
  const { db, store } = chosen;
  if (db === undefined) {
    const redisUrl = await mainRedis(context, closers);
    const { storeId, writer } = await storeWithWriter(redisUrl, store);
    context.screen.note(`store ${storeId} is written by pid ${writer.pid} on ${writer.host}; asking it`);
    return asking({ redisUrl, storeId }, `store ${storeId}`);
  }
  try {
    const opened = await openStore({ path: db, clock: context.now });
    closers.add(() => opened.close());
    return {
      name: db,
      gaps: (query) => opened.coverageOf(query),
      coverage: (query, limit) => coverageIn(opened, query, limit),
    };
  } catch (error) {
    if (!isHubError(error) || error.code !== 'HUB_STORE_LOCKED') throw error;
    const settings = chooseWriterSettings(context.env, undefined);
    if (!('urls' in settings)) throw error; // nobody to ask: who has the file is all that can be said
    const options = { redisUrl: await mainRedis(context, closers), storeId: storeIdOf(db) };
    const writer = await writerOf(options);
    if (writer === undefined) throw error;
    context.screen.note(`${db} is written by pid ${writer.pid}; asking it`);
    return asking(options, db);
  }
};

const mainRedis = async (context: Context, closers: Closers): Promise<string> => {
  const settings = chooseWriterSettings(context.env, undefined);
  if (!('urls' in settings)) {
    const remedy = 'Name the file with --db, or set REDIS_URL to the server where its writer takes questions.';
    throw new UsageInvalid(settings.map((problem) => ({ ...problem, remedy })));
  }
  return settings.embedded ? (await joinUsersRedis(context, closers)).main : settings.urls.main;
};

const asking = (options: AskOptions, name: string): StoreReader => ({
  name,
  gaps: (query) => askGaps(options, query),
  coverage: (query, limit) => askCoverage(options, { ...query, limit }),
});

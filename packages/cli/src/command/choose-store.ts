import { storeIdOf, WriterAway, writersOf } from '@hub/worker';

import { wrongUsage } from '../error/index.js';
import type { Screen } from '../terminal/screen.js';

/** The store that is named, or the only one that has a writer at this Redis. Rejects with HUB_WRITER_AWAY or HUB_USAGE. */
export const chooseStore = async (
  screen: Pick<Screen, 'note'>,
  { db, store }: { readonly db?: string | undefined; readonly store?: string | undefined },
  redisUrl: string,
  doing: string,
): Promise<string> => {
  if (db !== undefined) return storeIdOf(db);
  const writers = await writersOf({ redisUrl });
  const ids = store === undefined ? [...writers.keys()] : [store].filter((id) => writers.has(id));
  const [storeId, another] = ids;
  if (storeId === undefined) throw new WriterAway(store ?? 'any', 0);
  if (another !== undefined) {
    throw wrongUsage(
      `${String(ids.length)} stores have a writer here: ${ids.join(', ')}`,
      'Choose one with --store, or give --db.',
    );
  }
  const writer = writers.get(storeId);
  screen.note(`store ${storeId} is written by pid ${String(writer?.pid ?? 0)} on ${writer?.host ?? ''}; ${doing}`);
  return storeId;
};

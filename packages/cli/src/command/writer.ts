import { setTimeout as sleep } from 'node:timers/promises';

import { isHubError } from '@hub/client';
import { openStore, type OverrideDay, type Store } from '@hub/store';
import {
  startService,
  WriterAway,
  writerOf,
  writersOf,
  type Service,
  type ServiceEvent,
  type Writer as LivingWriter,
} from '@hub/worker';

import { wrongUsage } from '../error/index.js';

export interface WriterOptions {
  readonly db: string;
  readonly storeId: string;
  readonly redisUrl: string;
  /** The user's own calendar; it counts where this process is the writer. */
  readonly calendar?: readonly OverrideDay[];
  /** For how many days raw answers are kept where this process is the writer. */
  readonly rawKeepDays?: number;
  readonly onEvent?: (event: ServiceEvent) => void;
}

/** Who writes the store: this process, or another one that this process publishes to. */
export type Writer =
  | { readonly kind: 'own'; readonly service: Service; readonly close: () => Promise<void> }
  | { readonly kind: 'other'; readonly pid: number; readonly host: string };

const lookEveryMs = 250;

/** A process that has just opened the file announces itself within this time. */
const announcedWithinMs = 3_000;

/**
 * Becomes the writer of the file, or finds the living one. The file decides, not the claim in Redis, which outlives a
 * killed process. Rejects with HUB_STORE_LOCKED when a process that takes no jobs from this Redis holds the file.
 */
export const joinWriter = async (options: WriterOptions, stop: AbortSignal): Promise<Writer> => {
  const until = performance.now() + announcedWithinMs;
  for (;;) {
    stop.throwIfAborted();
    try {
      return await ownWriter(await openOwn(options), options);
    } catch (error) {
      if (!isHubError(error) || error.code !== 'HUB_STORE_LOCKED') throw error;
      const writer = await writerOf(options);
      if (writer !== undefined) return { kind: 'other', pid: writer.pid, host: writer.host };
      if (performance.now() > until) throw error;
    }
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
};

const openOwn = ({ db, calendar = [], rawKeepDays }: WriterOptions): Promise<Store> =>
  openStore({ path: db, calendar, ...(rawKeepDays === undefined ? {} : { rawKeepDays }) });

/** Serves as the writer with a file that is open already; closes it when that fails. */
const ownWriter = async (store: Store, { redisUrl, storeId, onEvent }: WriterOptions): Promise<Writer> => {
  try {
    const service = await startService({
      redisUrl,
      store: { store, id: storeId },
      ...(onEvent === undefined ? {} : { onEvent }),
    });
    const close = async (): Promise<void> => {
      await service.close();
      await store.close();
    };
    return { kind: 'own', service, close };
  } catch (error) {
    await store.close();
    throw error;
  }
};

/**
 * The store of that id, or the only one that has a writer at this Redis. Rejects with HUB_WRITER_AWAY, or with HUB_USAGE when there are
 * several to choose from.
 */
export const storeWithWriter = async (
  redisUrl: string,
  store: string | undefined,
): Promise<{ readonly storeId: string; readonly writer: LivingWriter }> => {
  const writers = await writersOf({ redisUrl });
  const [found, another] = [...writers].filter(([id]) => store === undefined || id === store);
  if (found === undefined) throw new WriterAway(store ?? 'any', 0);
  if (another !== undefined) {
    throw wrongUsage(
      `${writers.size} stores have a writer here: ${[...writers.keys()].join(', ')}`,
      'Choose one with --store, or give --db.',
    );
  }
  return { storeId: found[0], writer: found[1] };
};

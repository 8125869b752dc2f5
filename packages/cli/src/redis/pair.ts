import { rmSync } from 'node:fs';

import type { RedisBinary } from './search.js';
import { startServer, type RedisServer } from './server.js';

/** Main and gatekeeper of one folder, started together and stopped together. */
export interface Pair {
  readonly main: RedisServer;
  readonly gatekeeper: RedisServer;
  /** Settles when either of them cannot serve any more. */
  readonly gone: Promise<void>;
  /** Resolves when both processes have ended and their folder is removed. */
  stop(): Promise<void>;
}

export const startPair = async (binary: RedisBinary, directory: string): Promise<Pair> => {
  const started = await Promise.allSettled([
    startServer(binary, directory, 'main'),
    startServer(binary, directory, 'gatekeeper'),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.filter((result) => result.status === 'fulfilled').map(({ value }) => value.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const [main, gatekeeper] = started;
  if (main.status === 'fulfilled' && gatekeeper.status === 'fulfilled') {
    const gone = Promise.race([main.value.gone, gatekeeper.value.gone]);
    return { main: main.value, gatekeeper: gatekeeper.value, gone, stop };
  }
  await stop();
  throw main.status === 'rejected' ? main.reason : (gatekeeper as PromiseRejectedResult).reason;
};

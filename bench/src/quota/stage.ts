import { startPrivateRedis } from '@hub/cli/redis';
import { setTimeout as sleep } from 'node:timers/promises';

import { startChild, type Child } from '../harness/child.js';
import type { CommandContext } from '../harness/command.js';
import { startBroker, type Broker } from './broker.js';
import type { CallerOrder, Up } from './call.js';
import { windowMs, type Cell, type ClientName } from './cell.js';
import { issueToken } from './peer-call.js';

/** A Redis pair and a broker that nobody has used yet, and callers that come and go. */
export interface Stage {
  readonly broker: Broker;
  readonly gatekeeperUrl: string;
  start(order: Pick<CallerOrder, 'priority' | 'pace'>): Child;
  close(): Promise<void>;
}

/**
 * A queue of 16 processes with 8 calls each goes round in 7 windows at 20 calls a window. The first round takes up to 12, while the
 * last processes are still starting on two cores: calls of that time must not be among those that are measured.
 */
const settledWindows = 16;

/** Whoever gets no leave within this time is measured like that. */
const upWithinMs = 12_000;

export const openStage = async (
  { onExit, signal }: CommandContext,
  cell: Pick<Cell, 'window' | 'network'>,
  client: ClientName,
): Promise<Stage> => {
  const redis = await startPrivateRedis({ isolated: true, signal });
  onExit(() => redis.close());
  const broker = await startBroker(cell);
  const callers: Child[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      await Promise.all(callers.map((caller) => caller.stop()));
      await broker.stop();
      await redis.close();
    })());
  onExit(close);
  // The hub has its own, from the vault; a second issue within a minute would be refused.
  const token = client === 'hub' ? '' : await issueToken(broker.url);
  return {
    broker,
    gatekeeperUrl: redis.gatekeeperUrl,
    start: ({ priority, pace }) => {
      const urls = { main: redis.mainUrl, gatekeeper: redis.gatekeeperUrl };
      const order: CallerOrder = { client, redis: urls, brokerUrl: broker.url, token, priority, pace };
      const child = startChild(new URL('caller.js', import.meta.url), order);
      callers.push(child);
      return child;
    },
    close,
  };
};

/**
 * Until every process has had its first leave, and what was spent on the way up has left every window. With `settled`
 * also until a queue of all of them has gone round: only then is the backlog constant.
 */
export const warmUp = async (
  callers: readonly Child[],
  signal: AbortSignal,
  { settled = false }: { readonly settled?: boolean } = {},
): Promise<void> => {
  const late = new AbortController();
  await Promise.race([
    Promise.all(callers.map((caller) => caller.next<Up>('up'))),
    sleep(upWithinMs, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  await sleep((settled ? settledWindows : 2) * windowMs, undefined, { signal });
};

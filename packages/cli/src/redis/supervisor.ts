import { once } from 'node:events';
import { join } from 'node:path';

import { openDoor } from './door.js';
import { RedisStartFailed } from './errors.js';
import { openHistory } from './history.js';
import { createPairFolder, sweepPairFolders } from './pair-folder.js';
import { startPair } from './pair.js';
import { identifySelf } from '@hub/client/process';
import { sharedControl, type SupervisorOrder, type SupervisorReport } from './protocol.js';

// Holds one pair for as long as somebody is connected to its door. Started by `startPrivateRedis`, which passes the
// order as JSON; runs in a session of its own, so that Ctrl-C in a terminal reaches the members only.

const firstMemberMs = 10_000;

/** Resolves when the pair is stopped. Rejects when it could not be started; nothing of it is left then. */
const supervise = async (order: SupervisorOrder): Promise<void> => {
  const starterGone = once(process, 'disconnect').then(() => undefined);
  const told = Promise.race((['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal) => once(process, signal)));
  sweepPairFolders(order.runtimeDir);
  const history = openHistory(join(order.runtimeDir, 'history'));
  const fresh = order.isolated || history.isQuiet();
  const markStopped = order.isolated ? () => undefined : history.begin(identifySelf());
  const directory = createPairFolder(order.runtimeDir);
  try {
    const pair = await startPair(order.binary, directory);
    try {
      const { main, gatekeeper } = pair;
      if (fresh) await Promise.all([main, gatekeeper].map((server) => server.set('api:epoch', server.runId)));
      // A starter that died may have been followed by another one, which then owns the door.
      if (!process.connected) return;
      const control = order.shared ? join(order.runtimeDir, sharedControl) : join(directory, 'control.sock');
      const door = await openDoor({
        control,
        firstMemberMs,
        graceMs: order.graceMs,
        greeting: {
          mainUrl: main.url,
          gatekeeperUrl: gatekeeper.url,
          mainPid: main.pid,
          gatekeeperPid: gatekeeper.pid,
          fresh,
        },
      });
      await report({ ready: control });
      await starterGone;
      await Promise.race([door.deserted, pair.gone, told]);
      // The door first: whoever finds it closed starts a pair of their own.
      door.close();
    } finally {
      await pair.stop();
    }
  } finally {
    markStopped();
  }
};

/** Tells the starter and hangs up, which tells it that nothing more will come. */
const report = async (message: SupervisorReport): Promise<void> => {
  if (!process.connected) return;
  await new Promise((resolve) => process.send?.(message, resolve));
  hangUp();
};

/** The starter may have gone while the message was on its way. */
const hangUp = (): void => {
  if (process.connected) process.disconnect();
};

try {
  await supervise(JSON.parse(process.argv[2] ?? '') as SupervisorOrder);
} catch (error) {
  await report({ failed: error instanceof RedisStartFailed ? error.reason : String(error) });
} finally {
  // Members that wait for the end hold open sockets.
  process.exit();
}

import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

import { openHistory } from './history.js';
import { createPairFolder, sweepPairFolders } from './pair-folder.js';
import { identifySelf } from './process-identity.js';
import { sharedControl, type PairGreeting, type SupervisorOrder, type SupervisorReport } from './protocol.js';
import { startServer, type RedisServer } from './server.js';

// Holds one pair for as long as somebody is connected to its control socket. Started by `startPrivateRedis`, which
// passes the order as JSON; runs in a session of its own, so that Ctrl-C in a terminal reaches the members only.

const firstMemberMs = 10_000;

const supervise = async (order: SupervisorOrder): Promise<void> => {
  sweepPairFolders(order.runtimeDir);
  const history = openHistory(join(order.runtimeDir, 'history'));
  const fresh = order.isolated || history.isQuiet();
  const markStopped = order.isolated ? () => undefined : history.begin(identifySelf());
  const directory = createPairFolder(order.runtimeDir);
  const servers: RedisServer[] = [];
  const members = new Set<Socket>();
  const door = createServer();
  let idle: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;

  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      clearTimeout(idle);
      // First the door: who finds it closed starts a pair of their own.
      if (door.listening) door.close();
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(directory, { recursive: true, force: true });
      markStopped();
      process.exit(0);
    })();
    return stopping;
  };
  const stopIn = (waitMs: number): void => {
    clearTimeout(idle);
    idle = setTimeout(() => void stop(), waitMs);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
  const starterGone = (): void => void stop();
  process.once('disconnect', starterGone);

  try {
    const started = await Promise.allSettled([
      startServer(order.binary, directory, 'main'),
      startServer(order.binary, directory, 'gatekeeper'),
    ]);
    for (const result of started) if (result.status === 'fulfilled') servers.push(result.value);
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    const [main, gatekeeper] = servers;
    if (main === undefined || gatekeeper === undefined) return;
    if (stopping !== undefined) {
      await Promise.all(servers.map((server) => server.stop()));
      return;
    }
    if (fresh) for (const server of servers) await server.set('api:epoch', server.runId);
    for (const server of servers) void server.gone.then(stop);

    const greeting: PairGreeting = {
      supervisorPid: process.pid,
      mainUrl: main.url,
      gatekeeperUrl: gatekeeper.url,
      mainPid: main.pid,
      gatekeeperPid: gatekeeper.pid,
      fresh,
    };
    const leaving = new Set<Socket>();
    const leave = (socket: Socket): void => {
      members.delete(socket);
      if (members.size === 0) stopIn(order.graceMs);
      else leaving.forEach((gone) => gone.end());
    };
    door.on('connection', (socket) => {
      clearTimeout(idle);
      members.add(socket);
      leaving.forEach((gone) => gone.end());
      socket.on('error', () => undefined);
      // The line `bye`: the socket stays open until the pair is gone, or others are known to hold it.
      socket.on('data', () => {
        leaving.add(socket);
        leave(socket);
      });
      socket.on('close', () => {
        leaving.delete(socket);
        if (members.has(socket)) leave(socket);
      });
      socket.write(`${JSON.stringify(greeting)}\n`);
    });
    const control = order.shared ? join(order.runtimeDir, sharedControl) : join(directory, 'control.sock');
    rmSync(control, { force: true });
    await new Promise<void>((resolve, reject) => {
      door.once('error', reject);
      door.listen(control, resolve);
    });
    stopIn(firstMemberMs);
    process.removeListener('disconnect', starterGone);
    report({ ready: control });
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : String(error) });
    await stop();
  }
};

const report = (message: SupervisorReport): void => {
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
  });
};

const order: SupervisorOrder = JSON.parse(process.argv[2] ?? '{}');
await supervise(order);

import { linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { RedisStartFailed } from './errors.js';
import { identifySelf, isAlive, type ProcessIdentity } from '@hub/client/process';

const pollMs = 25;
const patienceMs = 60_000;

/**
 * One starter per user at a time. The lock is the file `start-<n>.lock` with the highest n; it names its holder (pid
 * and start time) and is over when that process is dead or has written `released`. Who wants it creates n + 1 by
 * link(2), which fails when somebody was faster; so taking over from the dead needs no unlink that could hit the living.
 */
export const acquireStartLock = async (directory: string, signal?: AbortSignal): Promise<() => void> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    signal?.throwIfAborted();
    const latest = latestTurn(directory);
    const holder = latest === 0 ? undefined : readHolder(turnFile(directory, latest));
    if (holder === undefined || !isAlive(holder)) {
      const release = tryTurn(directory, latest + 1);
      if (release !== undefined) return release;
    } else if (performance.now() > deadline) {
      throw new RedisStartFailed(`process ${String(holder.pid)} has been starting it for a minute`);
    }
    await sleep(pollMs, undefined, { signal });
  }
};

const tryTurn = (directory: string, turn: number): (() => void) | undefined => {
  const self = identifySelf();
  const draft = join(directory, `draft-${String(self.pid)}-${self.startedAt}-${String(performance.now())}`);
  const file = turnFile(directory, turn);
  writeFileSync(draft, JSON.stringify(self));
  try {
    linkSync(draft, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  // A higher turn means that ours was over long ago and had been cleared away before we took it again.
  if (latestTurn(directory) > turn) {
    rmSync(file, { force: true });
    return undefined;
  }
  for (const older of turns(directory)) if (older < turn) rmSync(turnFile(directory, older), { force: true });
  return () => {
    writeFileSync(draft, 'released');
    renameSync(draft, file);
  };
};

const turnFile = (directory: string, turn: number): string => join(directory, `start-${String(turn)}.lock`);

const turns = (directory: string): number[] =>
  readdirSync(directory).flatMap((name) => {
    const turn = /^start-(\d+)\.lock$/.exec(name)?.[1];
    return turn === undefined ? [] : [Number(turn)];
  });

const latestTurn = (directory: string): number => Math.max(0, ...turns(directory));

const readHolder = (file: string): ProcessIdentity | undefined => {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('startedAt' in holder))
      return undefined;
    const { pid, startedAt } = holder;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
};

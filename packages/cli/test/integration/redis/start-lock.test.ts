import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { identify, identifySelf, isAlive } from '@hub/client/process';
import { acquireStartLock } from '../../../src/redis/start-lock.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync('/tmp/hub-lock-');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const deadProcess = async () => {
  const child = spawn('sh', ['-c', 'read _'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const identity = identify(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity ?? { pid: 0, startedAt: 'unknown' };
};

describe('identify', () => {
  it('tells a process from a later one with the same pid', () => {
    expect(isAlive(identifySelf())).toBe(true);
    expect(isAlive({ pid: process.pid, startedAt: '1' })).toBe(false);
  });

  it('finds no process where one has ended', async () => {
    expect(isAlive(await deadProcess())).toBe(false);
  });
});

describe('acquireStartLock', () => {
  it('lets one in at a time, and every one in the end', async () => {
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      const release = await acquireStartLock(directory);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      release();
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(most).toBe(1);
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('takes over from a holder that was killed', async () => {
    writeFileSync(join(directory, 'start-7.lock'), JSON.stringify(await deadProcess()));
    const release = await acquireStartLock(directory);
    expect(readdirSync(directory)).toEqual(['start-8.lock']);
    release();
  });

  it('takes over from a holder whose pid now belongs to another process', async () => {
    writeFileSync(join(directory, 'start-1.lock'), JSON.stringify({ pid: process.pid, startedAt: '1' }));
    await acquireStartLock(directory);
    expect(readdirSync(directory)).toEqual(['start-2.lock']);
  });

  it('waits for a living holder until the signal ends the wait', async () => {
    await acquireStartLock(directory);
    const second = acquireStartLock(directory, AbortSignal.timeout(100));
    await expect(second).rejects.toMatchObject({ name: expect.stringMatching(/TimeoutError|AbortError/) as string });
    expect(readdirSync(directory)).toEqual(['start-1.lock']);
  });
});

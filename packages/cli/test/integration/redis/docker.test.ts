import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { findRedisServer } from '../../../src/redis/binary.js';
import { executableOnPath } from '../../../src/redis/search.js';
import { fakeMachine, saysVersion, type FakeMachine } from '../../support/fake-machine.js';
import { holdRedis, isRunning } from '../../support/redis-holder.js';

// A docker that runs the server of this machine in the place of a container: what it is told is the test.

let machine: FakeMachine;
let runtimeDir: string;
beforeEach(() => {
  machine = fakeMachine();
  runtimeDir = mkdtempSync('/tmp/hub-rt-');
});
afterEach(async () => {
  await machine[Symbol.asyncDispose]();
  rmSync(runtimeDir, { recursive: true, force: true });
});

it('holds a pair of containers on loopback ports behind a password, and removes both by name', async () => {
  const { command, env } = await findRedisServer();
  const log = join(machine.directory, 'docker.log');
  machine.install(
    'docker',
    `
echo "$*" >>${log}
[ "$1" = run ] || exit 0
case "$*" in *--version) ${saysVersion('7.2.5')}; exit 0 ;; esac
port=\${7#127.0.0.1:}; port=\${port%:6379}
export LD_LIBRARY_PATH="${env.LD_LIBRARY_PATH ?? ''}"
exec ${command} - --port "$port" --bind 127.0.0.1`,
  );
  for (const name of ['sh', 'rm', 'rmdir']) {
    symlinkSync(executableOnPath(name, process.env) ?? '', join(machine.env.PATH ?? '', name));
  }

  const holder = await holdRedis({ runtimeDir, isolated: true }, { ...machine.env, HUB_CACHE_DIR: machine.cacheDir });
  const { mainUrl, gatekeeperUrl, mainPid, gatekeeperPid } = holder.pair;
  for (const url of [mainUrl, gatekeeperUrl]) {
    expect(url).toMatch(/^redis:\/\/:[0-9a-f]{48}@127\.0\.0\.1:\d+$/);
    const redis = new Redis(url, { retryStrategy: null });
    expect(await redis.get('api:epoch')).toMatch(/^[0-9a-f]{40}$/);
    redis.disconnect();
  }
  await holder.leave();
  expect([mainPid, gatekeeperPid].filter(isRunning)).toEqual([]);

  const told = readFileSync(log, 'utf8');
  const named = [...told.matchAll(/--name (\S+) -p/g)].map(([, name]) => name);
  expect(named).toHaveLength(2);
  expect([...told.matchAll(/^rm -f (\S+)$/gm)].map(([, name]) => name).sort()).toEqual(named.sort());
  expect(told).not.toContain(new URL(mainUrl).password);
  expect(readdirSync(runtimeDir)).toEqual([]);
  expect(existsSync(machine.cacheDir)).toBe(false);
});

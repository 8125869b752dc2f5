import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findRedisServer } from '../../../src/redis/binary.js';
import { executableOnPath } from '../../../src/redis/search.js';

// The real apt of this machine, into an empty cache. On a machine without apt, or without a way to its sources, the
// promise is the other one: an error that says so, and an empty cache.

let directory: string;
beforeEach(() => {
  directory = mkdtempSync('/tmp/hub-apt-');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** PATH without the servers and docker of this machine, so that apt is the only way. */
const onlyApt = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: (process.env.PATH ?? '')
    .split(':')
    .filter((folder) =>
      ['redis-server', 'valkey-server', 'docker'].every(
        (name) => executableOnPath(name, { PATH: folder }) === undefined,
      ),
    )
    .join(':'),
});

describe('the packages of the distribution', () => {
  it('give a server that runs, the same one for two searches at once, and leave nothing but its tree', async () => {
    const search = () => findRedisServer({ cacheDir: directory, machine: { env: onlyApt() } });
    const results = await Promise.allSettled([search(), search()]);
    const left = readdirSync(join(directory), { recursive: true }).map(String);

    const [first] = results;
    if (first.status === 'fulfilled') {
      const { command, env, version, origin } = first.value;
      expect(results[1]).toMatchObject({ status: 'fulfilled', value: { command } });
      expect(origin).toBe('apt');
      const run = spawnSync(command, ['--version'], { env: { ...process.env, ...env }, encoding: 'utf8' });
      expect(run.stdout).toContain(`v=${version}`);
      expect(await search()).toMatchObject({ origin: 'cache', command });
    } else {
      expect(first.reason).toMatchObject({ code: 'HUB_REDIS_NOT_FOUND' });
      expect(left.filter((name) => name.includes('redis-server'))).toEqual([]);
    }
    expect(left.filter((name) => name.includes('fetch-'))).toEqual([]);
  }, 300_000);
});

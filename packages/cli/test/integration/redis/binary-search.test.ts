import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findRedisServer, type FindRedisOptions } from '../../../src/redis/binary.js';
import type { RedisNotFound } from '../../../src/redis/errors.js';
import { fakeMachine, saysVersion, type FakeMachine } from '../../support/fake-machine.js';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
});
afterEach(() => machine[Symbol.asyncDispose]());

const search = (options: Partial<FindRedisOptions> = {}, osRelease = 'ID=debian\nVERSION_ID="12"') =>
  findRedisServer({
    cacheDir: machine.cacheDir,
    machine: { platform: 'linux', env: machine.env, osRelease },
    ...options,
  });

const fillCache = (version: string): string => {
  const tree = join(machine.cacheDir, 'redis', `debian-12-${arch()}`);
  mkdirSync(join(tree, 'usr', 'bin'), { recursive: true });
  mkdirSync(join(tree, 'usr', 'lib', 'triplet'), { recursive: true });
  writeFileSync(join(tree, 'usr', 'lib', 'triplet', 'liblzf.so.1'), '');
  writeFileSync(join(tree, 'usr', 'bin', 'redis-server'), `#!/bin/sh\n${saysVersion(version)}\n`, { mode: 0o755 });
  return tree;
};

const dockerWithEngine = `
echo "$*" >>"$HOME/docker.log"
case "$1" in
  image) exit 1 ;;
  run) ${saysVersion('7.2.5')} ;;
esac`;

/** Writes `redis-server` as the server of the unpacked packages that says the version. */
const dpkgThatUnpacks = (version: string): string => `
/bin/mkdir -p "$3/usr/bin"
echo '#!/bin/sh' >"$3/usr/bin/redis-server"
echo '${saysVersion(version)}' >>"$3/usr/bin/redis-server"
/bin/chmod 755 "$3/usr/bin/redis-server"`;

const aptThatDownloads = `
echo "$*" >>"$HOME/apt.log"
for word; do case "$word" in download) echo archive >redis-tools.deb ;; esac; done`;

describe('findRedisServer', () => {
  it('takes redis-server of PATH before everything else', async () => {
    machine.install('redis-server', saysVersion('7.0.1'));
    machine.install('valkey-server', saysVersion('8.0.1'));
    fillCache('7.0.15');
    expect(await search()).toMatchObject({ origin: 'path', version: '7.0.1', env: {} });
  });

  it('takes valkey-server when there is no redis-server, or one that does not run', async () => {
    machine.install('valkey-server', saysVersion('8.0.1'));
    expect(await search()).toMatchObject({ origin: 'path', version: '8.0.1' });
    machine.install('redis-server', 'exit 127');
    expect(await search()).toMatchObject({ origin: 'path', version: '8.0.1' });
  });

  it('takes the cache next, with the libraries beside the server, and fetches nothing', async () => {
    const tree = fillCache('7.0.15');
    machine.install('apt-get', 'echo called >"$HOME/apt.log"');
    machine.install('dpkg-deb', 'exit 1');
    expect(await search()).toEqual({
      command: join(tree, 'usr', 'bin', 'redis-server'),
      args: [],
      env: { LD_LIBRARY_PATH: join(tree, 'usr', 'lib', 'triplet') },
      origin: 'cache',
      version: '7.0.15',
    });
    expect(existsSync(join(machine.directory, 'apt.log'))).toBe(false);
  });

  it('does not take the cache of another release of the system', async () => {
    fillCache('7.0.15');
    await expect(search({}, 'ID=debian\nVERSION_ID="13"')).rejects.toMatchObject({ code: 'HUB_REDIS_NOT_FOUND' });
  });

  it('takes the packages of the distribution next and keeps them in the cache', async () => {
    machine.install('apt-get', aptThatDownloads);
    machine.install('dpkg-deb', dpkgThatUnpacks('7.0.15'));
    machine.install('docker', dockerWithEngine);
    const lines: string[] = [];
    expect(await search({ onProgress: (line) => lines.push(line) })).toMatchObject({
      origin: 'apt',
      version: '7.0.15',
    });
    expect(lines).toEqual([expect.stringMatching(/^Redis: fetching redis-server .*\(once\)…$/)]);
    expect(await search()).toMatchObject({ origin: 'cache', version: '7.0.15' });
    expect(readFileSync(join(machine.directory, 'apt.log'), 'utf8').match(/ update/g)).toHaveLength(1);
  });

  it('replaces a cache that does not run any more', async () => {
    const tree = fillCache('7.0.15');
    writeFileSync(join(tree, 'usr', 'bin', 'redis-server'), '#!/bin/sh\nexit 127\n');
    machine.install('apt-get', aptThatDownloads);
    machine.install('dpkg-deb', dpkgThatUnpacks('7.0.16'));
    expect(await search()).toMatchObject({ origin: 'apt', version: '7.0.16' });
    expect(await search()).toMatchObject({ origin: 'cache', version: '7.0.16' });
  });

  it('takes a running docker engine last, also when apt fails', async () => {
    machine.install('apt-get', 'echo "E: no network" >&2; exit 100');
    machine.install('dpkg-deb', 'exit 1');
    machine.install('docker', dockerWithEngine);
    const found = await search();
    expect(found).toMatchObject({ origin: 'docker', version: '7.2.5' });
    expect(found.args.slice(0, 3)).toEqual(['run', '--rm', '-i']);
    expect(readFileSync(join(machine.directory, 'docker.log'), 'utf8')).toContain('pull -q redis:');
  });

  it('fails with everything it tried and the line to type', async () => {
    machine.install('apt-get', 'echo "E: no network" >&2; exit 100');
    machine.install('dpkg-deb', 'exit 1');
    machine.install('docker', 'exit 1');
    const error = await search().then(
      () => undefined,
      (reason: unknown) => reason as RedisNotFound,
    );
    expect(error?.code).toBe('HUB_REDIS_NOT_FOUND');
    expect(error?.installLine).toBe('sudo apt-get install -y redis-server');
    expect(error?.tried).toEqual([
      'no redis-server or valkey-server that runs on PATH',
      `none in ${machine.cacheDir}`,
      'apt-get download failed: E: no network',
      'docker has no running engine',
    ]);
  });

  it('names the line of the system it is on', async () => {
    await expect(search({}, 'ID=alpine')).rejects.toMatchObject({ installLine: 'sudo apk add redis' });
    await expect(search({ machine: { platform: 'darwin', env: machine.env, osRelease: '' } })).rejects.toMatchObject({
      installLine: 'brew install redis',
    });
  });

  it('only looks when it must not fetch', async () => {
    machine.install('apt-get', aptThatDownloads);
    machine.install('dpkg-deb', dpkgThatUnpacks('7.0.15'));
    machine.install('docker', dockerWithEngine);
    await expect(search({ fetch: false })).rejects.toMatchObject({ code: 'HUB_REDIS_NOT_FOUND' });
    expect(existsSync(machine.cacheDir)).toBe(false);
  });

  it('leaves nothing behind when it is aborted while apt works', async () => {
    const abort = new AbortController();
    machine.install('apt-get', 'while :; do :; done');
    machine.install('dpkg-deb', 'exit 1');
    const reason = new Error('stop');
    const found = search({
      signal: abort.signal,
      onProgress: () => {
        setImmediate(() => {
          abort.abort(reason);
        });
      },
    });
    await expect(found).rejects.toBe(reason);
    expect(readdirSync(join(machine.cacheDir, 'redis'))).toEqual([]);
  });
});

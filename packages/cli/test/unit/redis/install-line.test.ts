import { describe, expect, it } from 'vitest';

import { RedisNotFound } from '../../../src/redis/errors.js';
import { installLine, osReleaseField } from '../../../src/redis/install-line.js';

describe('installLine', () => {
  it.each([
    ['linux', 'ID=debian\nVERSION_ID="12"', 'sudo apt-get install -y redis-server'],
    ['linux', 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"', 'sudo apt-get install -y redis-server'],
    ['linux', 'ID=fedora', 'sudo dnf install -y valkey || sudo dnf install -y redis'],
    ['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo dnf install -y valkey || sudo dnf install -y redis'],
    ['linux', 'ID=arch', 'sudo pacman -S --noconfirm valkey'],
    ['linux', 'ID=alpine', 'sudo apk add redis'],
    ['darwin', '', 'brew install redis'],
  ] as const)('on %s with %j it is one line to type', (platform, osRelease, line) => {
    expect(installLine(platform, osRelease)).toBe(line);
  });

  it('falls back to a sentence that holds on every system', () => {
    expect(installLine('linux', 'ID=slackware')).toContain('package manager');
    expect(installLine('linux', '')).toContain('package manager');
    expect(installLine('win32', '')).toContain('WSL');
  });
});

describe('osReleaseField', () => {
  it('reads whole fields only and strips quotes', () => {
    expect(osReleaseField('VERSION_ID="12"\nID=debian', 'ID')).toBe('debian');
    expect(osReleaseField('VERSION_ID="12"\nID=debian', 'VERSION_ID')).toBe('12');
    expect(osReleaseField('ID=debian', 'NAME')).toBe('');
  });
});

describe('RedisNotFound', () => {
  it('says what was tried and what to type', () => {
    const error = new RedisNotFound('brew install redis', ['none on PATH', 'docker has no running engine']);
    expect(error.code).toBe('HUB_REDIS_NOT_FOUND');
    expect(error.message).toBe('[hub] no Redis server on this machine: none on PATH; docker has no running engine');
    expect(error.remedy).toContain('Run: brew install redis');
  });
});

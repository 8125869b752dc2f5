import { describe, expect, it } from 'vitest';

import { bareEnvironment, cachePlace, runtimePlace } from '../../../src/redis/places.js';

describe('cachePlace', () => {
  it('prefers HUB_CACHE_DIR, then XDG_CACHE_HOME, then the home folder', () => {
    const env = { HUB_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' };
    expect(cachePlace(env)).toBe('/a');
    expect(cachePlace({ ...env, HUB_CACHE_DIR: '' })).toBe('/b/api-hub');
    expect(cachePlace({ HOME: '/c' })).toBe('/c/.cache/api-hub');
  });
});

describe('runtimePlace', () => {
  it('is the same for a login, cron and sudo -E of one user', () => {
    const bare = runtimePlace({});
    expect(bare).toMatch(/^\/tmp\/api-hub-\d+$/);
    expect(runtimePlace({ XDG_RUNTIME_DIR: '/run/user/1', TMPDIR: '/var/tmp' })).toBe(bare);
    expect(runtimePlace({ HUB_RUNTIME_DIR: '/mine' })).toBe('/mine');
  });
});

describe('bareEnvironment', () => {
  it('hands on what a server needs and no key', () => {
    const env = { PATH: '/bin', DOCKER_HOST: 'unix:///d', KIS_APP_SECRET: 'canary', NODE_OPTIONS: '--import x' };
    expect(bareEnvironment(env)).toEqual({ PATH: '/bin', DOCKER_HOST: 'unix:///d' });
  });
});

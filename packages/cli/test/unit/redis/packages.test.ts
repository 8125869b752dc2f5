import { describe, expect, it } from 'vitest';

import { libraryPackages } from '../../../src/redis/apt.js';
import { serverVersion } from '../../../src/redis/search.js';

describe('libraryPackages', () => {
  it('takes the libraries of apt-cache depends, but never the system libc', () => {
    const depends = [
      'redis-tools',
      '  Depends: adduser',
      '  Depends: libatomic1',
      '  Depends: libc6',
      ' |Depends: libjemalloc2',
      '  Depends: <libvirtual>',
      '    libelogind0',
      '  PreDepends: liblzf1:arm64',
      '  Breaks: libbroken1',
      '  Depends: libatomic1',
    ];
    expect(libraryPackages(depends.join('\n'))).toEqual(['libatomic1', 'libjemalloc2', 'liblzf1']);
  });
});

describe('serverVersion', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', '7.0.15'],
    ['Valkey server v=8.1.1 sha=00000000:0', '8.1.1'],
    ['something else', undefined],
  ])('%s', (line, version) => {
    expect(serverVersion(line)).toBe(version);
  });
});

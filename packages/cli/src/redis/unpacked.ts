import { existsSync, readdirSync } from 'node:fs';
import { arch } from 'node:os';
import { delimiter, join } from 'node:path';

import { osReleaseField } from './install-line.js';
import { verified, type RedisBinary, type Search } from './search.js';

/** The cached tree of this release and processor: a home folder may be shared by several machines. */
export const unpackedPlace = ({ cacheDir, osRelease }: Search): string => {
  const release = [osReleaseField(osRelease, 'ID'), osReleaseField(osRelease, 'VERSION_ID')].filter(Boolean).join('-');
  return join(cacheDir, 'redis', `${release === '' ? 'unknown' : release}-${arch()}`);
};

/** The server of an unpacked package tree, if it is there and runs. */
export const unpackedServer = async (
  tree: string,
  origin: 'cache' | 'apt',
  search: Search,
): Promise<RedisBinary | undefined> => {
  for (const name of ['redis-server', 'valkey-server']) {
    const command = join(tree, 'usr', 'bin', name);
    if (!existsSync(command)) continue;
    const binary = await verified(command, { LD_LIBRARY_PATH: libraryFolders(tree).join(delimiter) }, origin, search);
    if (binary !== undefined) return binary;
  }
  return undefined;
};

const libraryFolders = (tree: string): string[] => {
  const folders = new Set<string>();
  for (const top of [join(tree, 'usr', 'lib'), join(tree, 'lib')]) {
    if (!existsSync(top)) continue;
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
      if (/\.so(\.|$)/.test(entry.name)) folders.add(entry.parentPath);
    }
  }
  return [...folders].sort();
};

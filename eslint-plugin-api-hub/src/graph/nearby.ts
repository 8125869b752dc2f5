import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';

import { RunCache } from './run.js';

/** What a TypeScript file imports is named after its output. */
export const extensionAlias: Readonly<Record<string, string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};
export const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];

/** What a path leads to; undefined for nothing, and for what no file system takes as a name: specifiers are any string. */
const lookedUp = <T>(look: (path: string) => T, path: string): T | undefined => {
  try {
    return look(path);
  } catch {
    return undefined;
  }
};

// An exception costs more than all the rest.
const entryAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const realPath = (path: string): string => realpathSync(path);

const realFolders = new RunCache<string>();

/**
 * The file that a path names, by the rules of the resolver but without asking it: at every step it looks for manifests,
 * aliases and conditions, and a path to a file needs none of them. undefined: only the resolver can tell.
 */
export const nearbyFile = (folder: string, specifier: string): string | undefined => {
  if (/[?#!\0]|\/$/.test(specifier)) return undefined;
  const path = isAbsolute(specifier) ? specifier : join(folder, specifier);
  const extension = extname(path);
  const aliases = extensionAlias[extension];
  const candidates =
    aliases === undefined
      ? [path, ...extensions.map((each) => path + each)]
      : aliases.map((each) => path.slice(0, -extension.length) + each);
  for (const candidate of candidates) {
    const stats = lookedUp(entryAt, candidate);
    if (stats === undefined) continue;
    if (stats.isSymbolicLink()) {
      return lookedUp(statSync, candidate)?.isFile() === true ? lookedUp(realPath, candidate) : undefined;
    }
    // A folder has an entry, and a manifest may say which.
    if (!stats.isFile()) return undefined;
    const home = dirname(candidate);
    const realHome = realFolders.get(home, () => lookedUp(realPath, home) ?? home);
    return join(realHome, basename(candidate));
  }
  return undefined;
};

const inNodeModules = /[\\/]node_modules[\\/]/;

/** Whether a package is one from elsewhere: it lies in `node_modules`, and is not linked there from a folder of the user's own. */
export const isInstalled = (folder: string, packageName: string): boolean => {
  for (let home = folder; ; home = dirname(home)) {
    const place = join(home, 'node_modules', packageName);
    const stats = lookedUp(entryAt, place);
    if (stats?.isSymbolicLink() === true) return inNodeModules.test(lookedUp(realPath, place) ?? '');
    if (stats !== undefined) return stats.isDirectory();
    if (dirname(home) === home) return false;
  }
};

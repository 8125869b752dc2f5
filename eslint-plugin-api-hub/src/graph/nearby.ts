import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
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

type Entries = ReadonlyMap<string, Dirent>;

const listed = (folder: string): Entries =>
  new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));

const none: Entries = new Map();
const entriesOf = new RunCache<Entries>();

/** One list of a folder answers for every path into it, also for all those that are only tried. */
const entryAt = (path: string): Dirent | undefined => {
  const home = dirname(path);
  return entriesOf.get(home, () => lookedUp(listed, home) ?? none).get(basename(path));
};

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
    const entry = entryAt(candidate);
    if (entry === undefined) continue;
    if (entry.isSymbolicLink()) {
      return lookedUp(statSync, candidate)?.isFile() === true ? lookedUp(realPath, candidate) : undefined;
    }
    // A folder has an entry, and a manifest may say which.
    if (!entry.isFile()) return undefined;
    const home = dirname(candidate);
    const realHome = realFolders.get(home, () => lookedUp(realPath, home) ?? home);
    return join(realHome, basename(candidate));
  }
  return undefined;
};

/** `node_modules` is long, and few of its names are asked for. An exception would cost more than all the rest. */
const entryWithoutList = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const inNodeModules = /[\\/]node_modules[\\/]/;

/** Whether a package is one from elsewhere: it lies in `node_modules`, and is not linked there from a folder of the user's own. */
export const isInstalled = (folder: string, packageName: string): boolean => {
  for (let home = folder; ; home = dirname(home)) {
    const place = join(home, 'node_modules', packageName);
    const stats = lookedUp(entryWithoutList, place);
    if (stats?.isSymbolicLink() === true) return inNodeModules.test(lookedUp(realPath, place) ?? '');
    if (stats !== undefined) return stats.isDirectory();
    if (dirname(home) === home) return false;
  }
};

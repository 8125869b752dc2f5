import fs from 'node:fs';
import { dirname, join, sep } from 'node:path';

import enhancedResolve from 'enhanced-resolve';
import { createPathsMatcher, getTsconfig, type PathsMatcher, type TsConfigResult } from 'get-tsconfig';

import { workspacesAbove } from './workspaces.js';

const { CachedInputFileSystem, ResolverFactory } = enhancedResolve;

/** How long the file system's answers are believed (ms): a linter runs for seconds, an editor's for days. */
const cachedForMs = 4_000;

const resolver = ResolverFactory.createResolver({
  fileSystem: new CachedInputFileSystem(fs, cachedForMs),
  useSyncFileSystemCalls: true,
  extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'],
  // What a TypeScript file imports is named after its output.
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.js', '.jsx'],
    '.jsx': ['.tsx', '.jsx'],
    '.mjs': ['.mts', '.mjs'],
    '.cjs': ['.cts', '.cjs'],
  },
  conditionNames: ['source', 'import', 'require', 'node', 'default'],
  mainFields: ['source', 'module', 'main'],
});

const attempt = (folder: string, request: string): string | null => {
  try {
    const found = resolver.resolveSync({}, folder, request);
    return typeof found === 'string' ? found : null;
  } catch {
    // Not there: the specifier leads to something that only a bundler or the runtime knows.
    return null;
  }
};

const tsconfigs = new Map<string, TsConfigResult>();
const matchers = new Map<string, PathsMatcher | null>();

const pathsMatcherFor = (folder: string): PathsMatcher | null => {
  const known = matchers.get(folder);
  if (known !== undefined) return known;
  let matcher: PathsMatcher | null = null;
  try {
    // Its cache is typed loosely: what it keeps there are its own results.
    const tsconfig = getTsconfig(folder, 'tsconfig.json', tsconfigs);
    matcher = tsconfig === null ? null : createPathsMatcher(tsconfig);
  } catch {
    // A tsconfig that cannot be read has no paths.
  }
  matchers.set(folder, matcher);
  return matcher;
};

/** A file of the user's own; null for packages from elsewhere, built-in modules and what does not exist. */
export const resolveModule = (filename: string, specifier: string): string | null => {
  if (specifier === '' || specifier.startsWith('node:')) return null;
  const folder = dirname(filename);
  const found = isRelative(specifier) ? attempt(folder, specifier) : resolveBare(folder, specifier);
  return found === null || found.includes(`${sep}node_modules${sep}`) ? null : found;
};

const isRelative = (specifier: string): boolean => /^(?:\.{1,2}(?:\/|$)|\/)/.test(specifier);

const resolveBare = (folder: string, specifier: string): string | null => {
  for (const path of pathsMatcherFor(folder)?.(specifier) ?? []) {
    const found = attempt(folder, path);
    if (found !== null) return found;
  }
  return attempt(folder, specifier) ?? inWorkspace(folder, specifier);
};

/** A package of the same repository that nobody has linked into node_modules yet. */
const inWorkspace = (folder: string, specifier: string): string | null => {
  const [name = '', ...rest] = specifier.match(/^(?:@[^/]+\/)?[^/]+|[^/]+/g) ?? [];
  const home = workspacesAbove(folder).get(name);
  if (home === undefined) return null;
  // By its own name, so that its "exports" count; else by its place.
  return attempt(home, specifier) ?? attempt(home, `./${join(...rest, '.')}`);
};

import fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, sep } from 'node:path';

import type { PathsMatcher, TsConfigResult } from 'get-tsconfig';

import { extensionAlias, extensions, isInstalled, nearbyFile } from './nearby.js';
import { RunCache, believedForMs } from './run.js';
import { workspacesAbove } from './workspaces.js';

// Loaded when they are needed: a project of relative imports needs neither.
const require = createRequire(import.meta.url);
type EnhancedResolve = typeof import('enhanced-resolve');
type GetTsconfig = typeof import('get-tsconfig');

type Resolver = ReturnType<EnhancedResolve['ResolverFactory']['createResolver']>;

let made: Resolver | undefined;

const resolver = (): Resolver => {
  if (made !== undefined) return made;
  const { CachedInputFileSystem, ResolverFactory } = require('enhanced-resolve') as EnhancedResolve; // its own types
  made = ResolverFactory.createResolver({
    fileSystem: new CachedInputFileSystem(fs, believedForMs),
    useSyncFileSystemCalls: true,
    extensions,
    extensionAlias,
    conditionNames: ['source', 'import', 'require', 'node', 'default'],
    mainFields: ['source', 'module', 'main'],
  });
  return made;
};

const attempt = (folder: string, request: string): string | null => {
  const near = isPath(request) ? nearbyFile(folder, request) : undefined;
  if (near !== undefined) return near;
  try {
    const found = resolver().resolveSync({}, folder, request);
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
    const { createPathsMatcher, getTsconfig } = require('get-tsconfig') as GetTsconfig; // its own types
    const tsconfig = getTsconfig(folder, 'tsconfig.json', tsconfigs);
    matcher = tsconfig === null ? null : createPathsMatcher(tsconfig);
  } catch {
    // A tsconfig that cannot be read has no paths.
  }
  matchers.set(folder, matcher);
  return matcher;
};

const isPath = (specifier: string): boolean => isAbsolute(specifier) || /^\.{1,2}(?:\/|$)/.test(specifier);

const answers = new RunCache<string | null>();

/** A file of the user's own; null for packages from elsewhere, built-in modules and what does not exist. */
export const resolveModule = (filename: string, specifier: string): string | null => {
  if (specifier === '' || specifier.startsWith('node:')) return null;
  const folder = dirname(filename);
  return answers.get(`${folder}\0${specifier}`, () => {
    const found = isPath(specifier) ? attempt(folder, specifier) : resolveBare(folder, specifier);
    return found === null || found.includes(`${sep}node_modules${sep}`) ? null : found;
  });
};

const resolveBare = (folder: string, specifier: string): string | null => {
  for (const path of pathsMatcherFor(folder)?.(specifier) ?? []) {
    const found = attempt(folder, path);
    if (found !== null) return found;
  }
  const [name = '', ...rest] = specifier.match(/^(?:@[^/]+\/)?[^/]+|[^/]+/g) ?? [];
  if (isInstalled(folder, name)) return null;
  const home = workspacesAbove(folder).get(name);
  if (home === undefined && isBuiltin(specifier)) return null;
  const found = attempt(folder, specifier);
  if (found !== null || home === undefined) return found;
  // A package of the same repository that nobody has linked into node_modules yet. By its own name, so that its "exports" count;
  // else by its place.
  return attempt(home, specifier) ?? attempt(home, `./${join(...rest, '.')}`);
};

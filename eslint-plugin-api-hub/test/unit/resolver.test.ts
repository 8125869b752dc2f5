// Where a specifier leads: the short way for paths, and the resolver for all others, must agree.
import fs, { realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

import enhancedResolve from 'enhanced-resolve';
import { expect, it } from 'vitest';

import { extensionAlias, extensions, isInstalled, nearbyFile } from '../../src/graph/nearby.js';
import { resolveModule } from '../../src/graph/resolver.js';
import { newProject } from '../support/project.js';

const files = {
  'a.ts': '',
  'a/index.ts': '',
  'both.js': '',
  'both.ts': '',
  'data.json': '{}',
  'folder/index.js': '',
  'main.js': '',
  'named.page.ts': '',
  'old.cjs': '',
  'packed/entry.js': '',
  'packed/package.json': '{ "main": "entry.js" }',
  'plain.js': '',
  'view.tsx': '',
};

const specifiers = [
  ...['./a', './a.js', './a/', './a/index', './both.js', './both.ts', './both', './data.json', './data', './folder'],
  ...['./folder/', './main.js', './named.page', './named.page.js', './old.cjs', './old', './packed', './plain.jsx'],
  ...['./plain', './view.js', './view.jsx', './view', './missing', './missing.js', '.', './', '../nowhere/x.js'],
  ...['./linked.js', './dangling.js', './plain.js?raw', './a#b', './\0'],
];

it('a path leads to the same file as by the resolver alone', () => {
  const { folder, put } = newProject(files);
  put({ 'elsewhere/real.js': '' });
  symlinkSync(join(folder, 'elsewhere', 'real.js'), join(folder, 'linked.js'));
  symlinkSync(join(folder, 'elsewhere', 'none.js'), join(folder, 'dangling.js'));
  const home = realpathSync(folder);
  const alone = enhancedResolve.ResolverFactory.createResolver({
    ...{ useSyncFileSystemCalls: true, extensions, extensionAlias, mainFields: ['source', 'module', 'main'] },
    fileSystem: new enhancedResolve.CachedInputFileSystem(fs, 4_000),
  });
  const place = (find: () => string | false | null | undefined): string => {
    try {
      const found = find();
      return typeof found === 'string' ? relative(home, found) : 'nothing';
    } catch {
      return 'nothing';
    }
  };
  const short = specifiers.map((each) => [each, place(() => resolveModule(join(folder, 'main.js'), each))]);
  expect(short).toEqual(specifiers.map((each) => [each, place(() => alone.resolveSync({}, folder, each))]));
});

it('a path to a file does not need the resolver, one to a folder does', () => {
  const { folder } = newProject(files);
  const isShort = (specifier: string): boolean => nearbyFile(folder, specifier) !== undefined;
  expect(['./a.js', './plain.js', './view', './data.json'].map(isShort)).not.toContain(false);
  expect(['./folder', './packed', './missing.js', './a/'].map(isShort)).not.toContain(true);
});

it('a package that is installed is none of the files, one that is linked from the repository is', () => {
  const { folder, put } = newProject({
    'main.js': '',
    'node_modules/installed/index.js': '',
    'node_modules/.store/linked-store/index.js': '',
    'packages/own/index.js': '',
  });
  put({ 'sub/main.js': '' });
  symlinkSync(join(folder, 'packages', 'own'), join(folder, 'node_modules', 'own'));
  symlinkSync(join(folder, 'node_modules', '.store', 'linked-store'), join(folder, 'node_modules', 'linked-store'));
  const names = ['installed', 'linked-store', 'own', 'missing', 'x'.repeat(5_000)];
  expect(names.map((name) => isInstalled(join(folder, 'sub'), name))).toEqual([true, true, false, false, false]);
  const main = join(folder, 'sub', 'main.js');
  expect(names.map((name) => resolveModule(main, name))).toEqual([
    ...[null, null],
    join(realpathSync(folder), 'packages', 'own', 'index.js'),
    ...[null, null],
  ]);
  expect(resolveModule(main, 'node:fs')).toBeNull();
  expect(resolveModule(main, 'fs')).toBeNull();
});

import { expect, it } from 'vitest';

import { globPattern, isTestFile, matchesAny } from '../../src/files.js';

it.each([
  ['src/**', 'src/a/b.ts', true],
  ['src/**', 'src/a.ts', true],
  ['src/**', 'lib/src/a.ts', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/a/b.ts', false],
  ['**/hub.ts', 'hub.ts', true],
  ['**/hub.ts', 'a/b/hub.ts', true],
  ['**/hub.ts', 'a/nohub.ts', false],
  ['src/?.ts', 'src/a.ts', true],
  ['src/?.ts', 'src/ab.ts', false],
  ['{src,lib}/**/*.{js,ts}', 'lib/a/b.js', true],
  ['{src,lib}/**/*.{js,ts}', 'lib/a/b.tsx', false],
  ['app/[id]/(group)/route.ts', 'app/[id]/(group)/route.ts', true],
  ['app/[id]/route.ts', 'app/i/route.ts', false],
  ['a,b.ts', 'a,b.ts', true],
  ['a{b.ts', 'a{b.ts', true],
  ['./src/a.ts', 'src/a.ts', true],
  ['a.ts', 'axts', false],
])('%s matches %s: %s', (glob, path, matches) => {
  expect(globPattern(glob).test(path)).toBe(matches);
});

it('sees absolute paths from the folder that ESLint runs in, with any slashes', () => {
  expect(matchesAny('/srv/app/src/broker/kis.ts', '/srv/app', ['src/broker/**'])).toBe(true);
  expect(matchesAny('/srv/app/lib/kis.ts', '/srv/app', ['src/broker/**'])).toBe(false);
  expect(matchesAny('src\\broker\\kis.ts', '/srv/app', ['src/broker/**'])).toBe(true);
  expect(matchesAny('src/broker/kis.ts', '/srv/app', [])).toBe(false);
});

it.each([
  ['a.test.ts', true],
  ['a/b.spec.mjs', true],
  ['a.e2e-spec.ts', true],
  ['a/__tests__/b.js', true],
  ['a\\__mocks__\\b.js', true],
  ['latest.ts', false],
  ['test.ts', false],
  ['a.test.json', false],
])('%s is a test file: %s', (file, is) => {
  expect(isTestFile(file)).toBe(is);
});

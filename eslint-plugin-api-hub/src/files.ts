import { isAbsolute, relative } from 'node:path';

const escaped = (text: string): string => text.replace(/[\\^$.+()[\]{}|]/g, '\\$&');

/** `a/**` → everything below a; `*` and `?` stay within a folder; `{a,b}` is either. Brackets mean themselves. */
const patternOf = (glob: string): string =>
  glob.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[^*?{]+|./g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (!/^\{.*\}$/s.test(part)) return escaped(part);
    return `(?:${part.slice(1, -1).split(',').map(patternOf).join('|')})`;
  });

export const globPattern = (glob: string): RegExp => new RegExp(`^${patternOf(glob.replace(/^\.\//, ''))}$`);

/** A path as globs see it: from the folder ESLint runs in, with forward slashes. */
const globPath = (filename: string, cwd: string): string =>
  (isAbsolute(filename) ? relative(cwd, filename) : filename).replaceAll('\\', '/');

export const matchesAny = (filename: string, cwd: string, globs: readonly string[]): boolean => {
  const path = globPath(filename, cwd);
  return globs.some((glob) => globPattern(glob).test(path));
};

const testFile = /(?:^|\/)(?:__\w+__|fixtures?|mocks?)\/|[.-](?:test|spec|stories|fixtures?)\.[cm]?[jt]sx?$/;

export const isTestFile = (filename: string): boolean => testFile.test(filename.replaceAll('\\', '/'));

/** Whoever imports a test runner is test code, whatever the file's name. */
export const testRunners: ReadonlySet<string> = new Set(['@jest/globals', 'bun:test', 'node:test', 'vitest']);

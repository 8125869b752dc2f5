import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Packages = ReadonlyMap<string, string>;

const none: Packages = new Map();
const known = new Map<string, Packages>();

/** The packages of the monorepo that a folder lies in: their folders by their names. */
export const workspacesAbove = (folder: string): Packages => {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const globs = globsOf(folder);
  const parent = dirname(folder);
  const packages = globs === null ? (parent === folder ? none : workspacesAbove(parent)) : packagesIn(folder, globs);
  known.set(folder, packages);
  return packages;
};

const globsOf = (folder: string): readonly string[] | null => {
  const { workspaces } = manifestOf(folder);
  if (Array.isArray(workspaces)) return workspaces.filter((glob) => typeof glob === 'string');
  return pnpmGlobs(folder);
};

/** `packages:` and its list; anything else in the file does not concern us. */
const pnpmGlobs = (folder: string): readonly string[] | null => {
  const text = textOf(join(folder, 'pnpm-workspace.yaml'));
  const list = text === null ? undefined : /^packages:\s*\n((?:[ \t]*-.*\n?)+)/m.exec(text)?.[1];
  return list?.split('\n').flatMap((line) => /-\s*["']?([^"'\s#]+)/.exec(line)?.[1] ?? []) ?? null;
};

const packagesIn = (root: string, globs: readonly string[]): Packages => {
  const packages = new Map<string, string>();
  for (const folder of globs.flatMap((glob) => foldersOf(root, glob))) {
    const { name } = manifestOf(folder);
    if (typeof name === 'string') packages.set(name, folder);
  }
  return packages;
};

/** `packages/*` and plain paths, as nearly every monorepo writes them; `**` looks one folder deep. */
const foldersOf = (root: string, glob: string): readonly string[] => {
  const [base = '', star] = glob.replace(/^\.\//, '').split(/\/?\*+/, 2);
  if (star === undefined) return [join(root, base)];
  try {
    return readdirSync(join(root, base), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
      .map((entry) => join(root, base, entry.name));
  } catch {
    return [];
  }
};

const manifestOf = (folder: string): { readonly name?: unknown; readonly workspaces?: unknown } => {
  try {
    const manifest: unknown = JSON.parse(textOf(join(folder, 'package.json')) ?? '{}');
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
};

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

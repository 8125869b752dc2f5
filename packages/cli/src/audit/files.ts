import { execFile } from 'node:child_process';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What git would ignore in most projects. */
const leftOut = new Set(['node_modules', 'venv', '__pycache__', 'dist', 'build', 'target', 'vendor', 'site-packages']);

/** Paths below a folder with `/` between, sorted: what git does not ignore or, without git, a walk of our own. */
export const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const paths = (await askGit(folder)) ?? (await walk(folder, ''));
  return [...new Set(paths)].sort();
};

const askGit = async (folder: string): Promise<readonly string[] | null> => {
  // A repository may name a program as its file monitor; looking at one must not run it.
  const words = ['-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const { stdout } = await promisify(execFile)('git', words, {
      cwd: folder,
      maxBuffer: 256 << 20,
      encoding: 'buffer',
    });
    const paths = stdout
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '');
    const ignored = paths.length === 0 && (await isIgnored(folder));
    // A folder that is ignored whole was named on purpose.
    return ignored ? null : await withoutNested(folder, paths);
  } catch {
    return null; // no git, or no repository
  }
};

const isIgnored = (folder: string): Promise<boolean> =>
  promisify(execFile)('git', ['check-ignore', '-q', '.'], { cwd: folder }).then(
    () => true,
    () => false,
  );

/** A repository within is one entry with a slash: its files are its own git's to tell. */
const withoutNested = async (folder: string, paths: readonly string[]): Promise<readonly string[]> => {
  // A module of git is listed without a slash.
  const folders = await Promise.all(
    paths.map(
      async (path) => path.endsWith('/') || (await lstat(join(folder, path)).catch(() => null))?.isDirectory() === true,
    ),
  );
  const nested = paths.filter((_path, index) => folders[index] === true).map((path) => path.replace(/\/?$/, '/'));
  const inside = await Promise.all(
    nested.map(async (path) => (await filesBelow(join(folder, path))).map((each) => `${path}${each}`)),
  );
  return [...paths.filter((_path, index) => folders[index] !== true), ...inside.flat()];
};

/** Settings of editors and caches; what begins with a dot otherwise may matter: .env, .github. */
const isLeftOut = (name: string): boolean =>
  leftOut.has(name) ||
  /^\.(?:git|venv|tox|nox|cache|mypy_cache|pytest_cache|ruff_cache|idea|vscode|next|turbo)$/.test(name);

const walk = async (folder: string, below: string): Promise<string[]> => {
  const paths: string[] = [];
  // A folder that may not be read is told by whoever reads files in it; the others count all the same.
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
    if (below === '') throw error;
    return [];
  });
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    // A link is neither of the two, so that no loop is walked.
    if (entry.isFile()) paths.push(path);
    else if (entry.isDirectory() && !isLeftOut(entry.name)) paths.push(...(await walk(folder, path)));
  }
  return paths;
};

/** A file or a folder that was named; a link counts as what it leads to. */
export const kindOf = async (path: string): Promise<'file' | 'folder' | null> => {
  try {
    const found = await lstat(await realpath(path));
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : null;
  } catch {
    return null;
  }
};

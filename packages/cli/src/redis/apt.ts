import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runCommand, type CommandResult } from './command.js';
import { osReleaseField } from './install-line.js';
import { identifySelf, isAlive } from '@hub/client/process';
import { executableOnPath, type RedisBinary, type Search } from './search.js';
import { unpackedPlace, unpackedServer } from './unpacked.js';

/**
 * Debian and Ubuntu: downloads the distribution's own server and the libraries this machine lacks and unpacks them
 * into the cache, without root and without touching the system. Answers with the reason when it cannot.
 * Safe against a kill in the middle and against a second process doing the same: the tree appears by one rename.
 */
export const fetchWithApt = async (search: Search): Promise<RedisBinary | string> => {
  if (['apt-get', 'dpkg-deb'].some((tool) => executableOnPath(tool, search.env) === undefined)) return 'no apt here';
  const target = unpackedPlace(search);
  const distribution = osReleaseField(search.osRelease, 'NAME') || 'the distribution';
  search.onProgress(`Redis: fetching redis-server of ${distribution} into ${target} (once)…`);
  let work: string;
  try {
    work = openWorkPlace(join(search.cacheDir, 'redis'));
  } catch (error) {
    return `cannot write to the cache: ${String(error)}`;
  }
  try {
    const failure = await downloadAndUnpack(work, search);
    if (failure !== undefined) return failure;
    const tree = join(work, 'tree');
    if ((await unpackedServer(tree, 'apt', search)) === undefined) return 'the server of apt does not run here';
    await moveIntoPlace(tree, target, search);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return (await unpackedServer(target, 'apt', search)) ?? 'the server of apt does not run from the cache';
};

/** A folder that names its owner, so that the next fetch can clear what a kill left behind. */
const openWorkPlace = (parent: string): string => {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent)) {
    const [, pid, startedAt] = /^fetch-(\d+)-([^-]+)-/.exec(name) ?? [];
    if (pid === undefined || startedAt === undefined || isAlive({ pid: Number(pid), startedAt })) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  const self = identifySelf();
  return mkdtempSync(join(parent, `fetch-${String(self.pid)}-${self.startedAt}-`));
};

const packageSets = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;

/** Fills `<work>/tree`; answers with the reason when it cannot. */
const downloadAndUnpack = async (work: string, search: Search): Promise<string | undefined> => {
  const configFile = writeAptConfig(work);
  const env = { ...search.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const run = (tool: string, args: readonly string[], timeoutMs: number) =>
    runCommand(tool, args, { timeoutMs, env, cwd: join(work, 'debs'), signal: search.signal });
  const apt = (args: readonly string[], timeoutMs: number) =>
    run('apt-get', ['-c', configFile, '-q', '-y', ...args], timeoutMs);

  // The exit code does not matter: one foreign source that is away fails the update as a whole.
  const update = await apt(['update'], 120_000);
  let packages: readonly string[] = [];
  let download: CommandResult = update;
  for (const set of packageSets) {
    download = await apt(['download', ...set], 120_000);
    if (download.exitCode !== 0) continue;
    packages = set;
    break;
  }
  if (packages.length === 0) return `apt-get download failed: ${lastLine(download.stderr || update.stderr)}`;

  const known = new Set(packages);
  while (packages.length > 0) {
    const unpacked = await unpackAll(join(work, 'debs'), join(work, 'tree'), run);
    if (unpacked !== undefined) return unpacked;
    const server = await unpackedServer(join(work, 'tree'), 'apt', search);
    if (server !== undefined) return undefined;
    // The binary does not run yet, so libraries are missing: take those that its packages depend on.
    search.onProgress('Redis: fetching the libraries it needs…');
    const depends = await run('apt-cache', ['-c', configFile, 'depends', '--important', ...packages], 30_000);
    packages = libraryPackages(depends.stdout).filter((name) => !known.has(name));
    for (const name of packages) known.add(name);
    if (packages.length === 0) break;
    download = await apt(['download', ...packages], 120_000);
    if (download.exitCode !== 0) return `apt-get download failed: ${lastLine(download.stderr)}`;
  }
  return 'the server of apt misses a library that its packages do not name';
};

/** Library packages among the lines of `apt-cache depends`; libc is always that of the system. */
export const libraryPackages = (depends: string): string[] => [
  ...new Set(
    [...depends.matchAll(/^\s*\|?(?:Pre)?Depends: (lib[^\s<>:]+)(?::\S+)?$/gm)]
      .map(([, name]) => name ?? '')
      .filter((name) => !/^libc(6|-bin)$/.test(name)),
  ),
];

/** Unpacks and removes every archive in `archives`. */
const unpackAll = async (
  archives: string,
  tree: string,
  run: (tool: string, args: readonly string[], timeoutMs: number) => Promise<CommandResult>,
): Promise<string | undefined> => {
  for (const name of readdirSync(archives)) {
    const { exitCode, stderr } = await run('dpkg-deb', ['-x', join(archives, name), tree], 60_000);
    if (exitCode !== 0) return `dpkg-deb failed on ${name}: ${lastLine(stderr)}`;
    rmSync(join(archives, name));
  }
  return undefined;
};

/** apt with state and cache of its own, and without the hooks by which a system reacts to an update of its lists. */
const writeAptConfig = (work: string): string => {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'tree']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const configFile = join(work, 'apt.conf');
  const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
  writeFileSync(
    configFile,
    [
      `Dir::State "${work}";`,
      `Dir::State::lists "${join(work, 'lists')}";`,
      'Dir::State::status "/var/lib/dpkg/status";',
      `Dir::Cache "${join(work, 'cache')}";`,
      'Debug::NoLocking "true";',
      'APT::Sandbox::User "";',
      'Acquire::Languages "none";',
      'Acquire::http::Timeout "20";',
      'Acquire::https::Timeout "20";',
      ...[...hooks, 'DPkg::Post-Invoke'].map((hook) => `#clear ${hook};`),
      '',
    ].join('\n'),
  );
  return configFile;
};

const moveIntoPlace = async (tree: string, target: string, search: Search): Promise<void> => {
  if (renamed(tree, target)) return;
  // Somebody was faster. What runs is kept, since a server may be running from it.
  if ((await unpackedServer(target, 'cache', search)) !== undefined) return;
  renamed(target, join(tree, '..', 'broken'));
  renamed(tree, target);
};

const renamed = (from: string, to: string): boolean => {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

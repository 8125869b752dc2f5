/** The one line that installs a Redis server, by /etc/os-release (`ID`, `ID_LIKE`) and platform. */
export const installLine = (platform: NodeJS.Platform, osRelease: string): string => {
  if (platform === 'darwin') return 'brew install redis';
  if (platform !== 'linux') return 'install Redis 7 or Valkey 8 under WSL or on another machine';
  const names = new Set(
    osReleaseField(osRelease, 'ID').split(/\s+/).concat(osReleaseField(osRelease, 'ID_LIKE').split(/\s+/)),
  );
  for (const [family, line] of installLines) if (names.has(family)) return line;
  return 'install redis-server (7.0 or newer) or valkey-server with the package manager of this system';
};

const installLines = [
  ['debian', 'sudo apt-get install -y redis-server'],
  ['ubuntu', 'sudo apt-get install -y redis-server'],
  // Fedora and RHEL 10 have Valkey in Redis' place, RHEL 8 and 9 only Redis.
  ['fedora', 'sudo dnf install -y valkey || sudo dnf install -y redis'],
  ['rhel', 'sudo dnf install -y valkey || sudo dnf install -y redis'],
  ['arch', 'sudo pacman -S --noconfirm valkey'],
  ['alpine', 'sudo apk add redis'],
] as const;

/** One field of an os-release(5) text, without its quotes; '' when missing. */
export const osReleaseField = (osRelease: string, field: string): string => {
  const line = osRelease.split('\n').find((candidate) => candidate.startsWith(`${field}=`));
  return line === undefined
    ? ''
    : line
        .slice(field.length + 1)
        .replaceAll(/["']/g, '')
        .trim();
};

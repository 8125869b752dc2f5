import { readFileSync, readlinkSync } from 'node:fs';

import { identifySelf, isAlive } from './process-identity.js';

/** Which processes there are on this machine. */
export interface Neighbourhood {
  /** This process, in terms that others on the machine understand; empty where that cannot be told. */
  readonly self: string;
  /** True only when that process ran on this machine and does so no more. */
  isGone(host: string): boolean;
}

/** For tests, and where processes cannot be told apart. */
export const alone: Neighbourhood = { self: '', isGone: () => false };

/** Pids mean something only on one machine since its start, and within one container. Undefined: they cannot be compared. */
const machine = (): string | undefined => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const space = readlinkSync('/proc/self/ns/pid').replaceAll(/\W/g, '');
    return `${boot}/${space}`;
  } catch {
    return undefined;
  }
};

/** What Linux tells of the processes of this machine; on other systems nobody is ever said to be gone. */
export const neighbourhood = (): Neighbourhood => {
  const here = machine();
  if (here === undefined) return alone;
  const { pid, startedAt } = identifySelf();
  return {
    self: `${here}/${String(pid)}/${startedAt}`,
    isGone: (host) => {
      if (!host.startsWith(`${here}/`)) return false;
      const [thatPid, thatStart] = host.slice(here.length + 1).split('/');
      return thatStart !== undefined && !isAlive({ pid: Number(thatPid), startedAt: thatStart });
    },
  };
};

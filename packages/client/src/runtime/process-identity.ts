import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A pid alone is reused by the system; together with the start time it names one process. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque text, without spaces. */
  readonly startedAt: string;
}

/** The identity of a running process, or undefined when there is none (a zombie counts as none). */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
};

/** The identity of this process. */
export const identifySelf = (): ProcessIdentity => identify(process.pid) ?? { pid: process.pid, startedAt: 'unknown' };

/** Whether that very process still runs on this machine: another one with its pid does not count. */
export const isAlive = ({ pid, startedAt }: ProcessIdentity): boolean => identify(pid)?.startedAt === startedAt;

const startFromProc = (pid: number): string | undefined => {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // proc(5): field 2 is the name in brackets and may hold spaces; state is field 3, starttime field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
};

const startFromPs = (pid: number): string | undefined => {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 });
    const [state, ...start] = line.trim().split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : start.join('_').replaceAll(':', '.');
  } catch {
    return undefined;
  }
};

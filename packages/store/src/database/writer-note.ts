import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/**
 * Who writes a store, beside the file as `<file>.writer.json` while it is open. The lock is DuckDB's; the note tells
 * people, and it tells a second opening in the same process, which DuckDB would let through (file locks are per process).
 */
export interface WriterNote {
  readonly pid: number;
  readonly host: string;
  /** When the store was opened, ISO 8601. */
  readonly startedAt: string;
  readonly program: string;
  /** Birth of the process on the machine's monotonic clock. Process ids come back: in a container it is often 1. */
  readonly processBornMs: number;
}

export const notePath = (path: string): string => `${path}.writer.json`;

const processBornMs = (): number => Number(process.hrtime.bigint()) / 1e6 - process.uptime() * 1e3;

const readNote = (path: string): WriterNote | undefined => {
  try {
    const note: unknown = JSON.parse(readFileSync(notePath(path), 'utf8'));
    const isNote = typeof note === 'object' && note !== null && 'pid' in note && typeof note.pid === 'number';
    return isNote ? (note as WriterNote) : undefined; // written by us alone; every other field is for show
  } catch {
    return undefined; // none, or cut off by a crash: DuckDB's lock decides
  }
};

const bornTogetherMs = 50; // the two clocks are read one after the other

const isOurs = (note: WriterNote): boolean =>
  note.pid === process.pid &&
  note.host === hostname() &&
  Math.abs(note.processBornMs - processBornMs()) < bornTogetherMs;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The note of a writer that may still be there; stale notes are ignored. */
export const livingWriter = (path: string): WriterNote | undefined => {
  const note = readNote(path);
  if (note === undefined || isOurs(note)) return note;
  const isHere = note.host === hostname();
  return isHere && (note.pid === process.pid || !isAlive(note.pid)) ? undefined : note;
};

export const isOpenHere = (path: string): boolean => {
  const note = readNote(path);
  return note !== undefined && isOurs(note);
};

/** Synchronous from the look to the write, so that of two openings in one process exactly one succeeds. */
export const claim = (path: string, nowMs: number): boolean => {
  if (isOpenHere(path)) return false;
  const note: WriterNote = {
    pid: process.pid,
    host: hostname(),
    startedAt: new Date(nowMs).toISOString(),
    program: basename(process.argv[1] ?? process.execPath),
    processBornMs: processBornMs(),
  };
  writeFileSync(notePath(path), `${JSON.stringify(note)}\n`);
  return true;
};

export const unclaim = (path: string): void => {
  rmSync(notePath(path), { force: true });
};

import { type Holder, StoreError, StoreFull, StoreLocked, StoreUnreadable } from '../error/index.js';

// DuckDB gives text only, no codes. Wording seen with 1.5.5 on 2026-11-23.
const heldBy = /Conflicting lock is held in (?<program>.+?) \(PID (?<pid>\d+)\)/;
const noSpace = /No space left on device|File too large|ENOSPC|EFBIG|EDQUOT|Disk quota exceeded|Could not write/;
const notAStore =
  /not a valid DuckDB database file|Cannot open file|Could not read from file|Is a directory|Permission denied|Serialization Error|Corrupt|checksum|version number \d+, but/i;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isNoSpace = (error: unknown): boolean => error instanceof StoreFull || noSpace.test(textOf(error));

/** DuckDB refuses everything on an instance after such an error; opening the file again helps. */
export const isFatal = (error: unknown): boolean => /FATAL Error|database has been invalidated/.test(textOf(error));

/** The failure to open in the words of the contract; `noted` is what the writer's note says of the holder. */
export const openFailure = (path: string, error: unknown, noted: Holder | undefined): unknown => {
  if (error instanceof StoreError) return error;
  const text = textOf(error);
  const lock = heldBy.exec(text)?.groups;
  if (lock !== undefined || text.includes('Could not set lock on file')) {
    const pid = lock?.pid === undefined ? noted?.pid : Number(lock.pid);
    return new StoreLocked(path, { pid, program: lock?.program ?? noted?.program }, { cause: error });
  }
  if (noSpace.test(text)) return new StoreFull(path, { cause: error });
  if (notAStore.test(text)) return new StoreUnreadable(path, text, { cause: error });
  return error;
};

/** The failure of a write in the words of the contract. */
export const writeFailure = (path: string, error: unknown): unknown =>
  !(error instanceof StoreFull) && isNoSpace(error) ? new StoreFull(path, { cause: error }) : error;

import { open } from 'node:fs/promises';
import { isHeldHere, isOpenHere, isOpenInProcess, livingWriter, trueName } from '../database/index.js';
import { ExportRefused } from '../error/index.js';

const magicAt = 8;
const magic = 'DUCK';

/** Undefined when there is no such file. */
const isDatabase = async (path: string): Promise<boolean | undefined> => {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, magicAt);
    return bytesRead === magic.length && buffer.toString('latin1') === magic;
  } finally {
    await handle.close();
  }
};

/** The true name of a file that a DuckDB file may be written to. Rejects with HUB_EXPORT_REFUSED. */
export const targetOf = async (path: string): Promise<string> => {
  const target = await trueName(path);
  // Before the file is opened: closing it again would let go of the lock that this process has on it.
  if (isOpenHere(target) || isHeldHere(target) || isOpenInProcess(target)) {
    throw new ExportRefused(target, 'is open in this process');
  }
  const writer = livingWriter(target);
  if (writer !== undefined) throw new ExportRefused(target, `is a store that process ${writer.pid} writes`);
  if ((await isDatabase(target)) === false) throw new ExportRefused(target, 'is there already and is no DuckDB file');
  return target;
};

import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Two names of one file are one store. The file itself may not exist yet. */
export const trueName = async (path: string): Promise<string> => {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const folder = await realpath(dirname(full)).catch(() => dirname(full));
    return join(folder, basename(full));
  }
};

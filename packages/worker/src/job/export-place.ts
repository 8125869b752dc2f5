import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { ExportRefused } from '@hub/store';

/** Without symbolic links, as far as the path exists: what is to be written may not be there yet. */
const realOf = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realOf(above), basename(path));
  }
};

/**
 * Where the writer may write for somebody who reaches it through Redis: below its own folder for exports, and nowhere else. Rejects
 * with HUB_EXPORT_REFUSED.
 */
export const allowedPlace = async (path: string, exportDir: string | undefined): Promise<string> => {
  if (exportDir === undefined)
    throw new ExportRefused(path, 'cannot be written: its writer has no --export-dir for what others ask');
  if (!isAbsolute(path)) throw new ExportRefused(path, "is relative, and paths are those of the writer's machine");
  const place = await realOf(resolve(path));
  const within = relative(await realOf(resolve(exportDir)), place);
  if (within === '' || within.startsWith('..') || isAbsolute(within)) {
    throw new ExportRefused(path, `does not lie below ${exportDir}, where the writer exports to`);
  }
  return place;
};

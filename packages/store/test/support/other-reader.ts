import { startChild } from './store-file.js';

/** What a process without our package reads in a DuckDB file: rows, or the text of the error. */
export const readElsewhere = async (
  path: string,
  sql?: string,
): Promise<{ rows?: (string | number | null)[][]; error?: string }> => {
  await using child = startChild('read-only', path, ...(sql === undefined ? [] : [sql]));
  return (await child.lines.next()).value as { rows?: (string | number | null)[][] };
};

/** Starts `name`, waits for `lines` of it, and kills it a random moment later: often within what it does. */
export const killWithin = async (mostMs: number, lines: number, name: string, ...args: string[]): Promise<void> => {
  await using child = startChild(name, ...args);
  for (let line = 0; line < lines; line += 1) await child.lines.next();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs)); // the moment itself, not a wait for something
  child.process.kill('SIGKILL');
  await child.exited;
};

/**
 * Files that this process has open without a writer's note: those of the facade for duckdb-async, by true name. A store
 * would share DuckDB's instance of such a file with code that knows nothing of its schema.
 */
const openings = new Map<string, number>();

export const isHeldHere = (path: string): boolean => openings.has(path);

export const holdFile = (path: string): void => {
  openings.set(path, (openings.get(path) ?? 0) + 1);
};

export const letGoOfFile = (path: string): void => {
  const left = (openings.get(path) ?? 0) - 1;
  if (left > 0) openings.set(path, left);
  else openings.delete(path);
};

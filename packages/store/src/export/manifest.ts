import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partialPath, putInPlace } from './partial.js';

/** What a partition held when it was written. */
export interface Partition {
  /** Within the folder of the table: `interval=1m/day=2026-11-06/data.parquet`. */
  readonly file: string;
  readonly rows: number;
  /** Of the rows, whatever their order. */
  readonly checksum: string;
  readonly bytes: number;
}

/** Beside the partitions of a table, as `manifest.json`. */
export interface Manifest {
  /** 1. */
  readonly v: number;
  /** Checksums of two versions of DuckDB, or of two layouts, say nothing about each other. */
  readonly writtenBy: string;
  readonly partitions: readonly Partition[];
}

const nameIn = (folder: string): string => join(folder, 'manifest.json');

/** By file. Empty where there is none, or one of another version: then all is written anew. */
export const readManifest = async (folder: string, writtenBy: string): Promise<Map<string, Partition>> => {
  try {
    const manifest = JSON.parse(await readFile(nameIn(folder), 'utf8')) as Manifest; // written by us alone
    if (manifest.v !== 1 || manifest.writtenBy !== writtenBy) return new Map();
    return new Map(manifest.partitions.map((partition) => [partition.file, partition]));
  } catch {
    return new Map(); // none yet, or not readable: the partitions are written again and the same
  }
};

export const writeManifest = async (
  folder: string,
  writtenBy: string,
  known: ReadonlyMap<string, Partition>,
): Promise<void> => {
  const partitions = [...known.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  const manifest: Manifest = { v: 1, writtenBy, partitions };
  const partial = partialPath(nameIn(folder));
  await writeFile(partial, `${JSON.stringify(manifest, undefined, 1)}\n`);
  await putInPlace(partial, nameIn(folder));
};

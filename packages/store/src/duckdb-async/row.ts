/* eslint-disable @typescript-eslint/no-explicit-any -- code written against duckdb-async reads columns without casts */
import type { DuckDbError } from './error.js';

export type RowData = Record<string, any>;

export type TableData = RowData[];

export type Callback<T> = (err: DuckDbError | null, res: T) => void;

/** Values, then the callback for each row; a second function is called once at the end with the number of rows. */
export type EachArguments = [...any, Callback<RowData>] | [];

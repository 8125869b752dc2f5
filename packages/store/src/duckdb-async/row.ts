/* eslint-disable @typescript-eslint/no-explicit-any -- code written against duckdb-async reads columns without casts */
import type { DuckDbError } from './error.js';

/** A row by the names of its columns, with values as duckdb 1.4 gives them to JavaScript. */
export type RowData = Record<string, any>;

/** All rows of an answer. */
export type TableData = RowData[];

export type Callback<T> = (err: DuckDbError | null, res: T) => void;

/** Values, then the callback for each row; a second function is called once at the end with the number of rows. */
export type EachArguments = [...any, Callback<RowData>] | [];

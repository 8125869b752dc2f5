import { StoreError } from '../error/index.js';

/** A method of duckdb-async that @duckdb/node-api has nothing for; `remedy` says what does the same. */
export class FacadeUnsupported extends StoreError {
  readonly code = 'HUB_FACADE_UNSUPPORTED';

  constructor(
    readonly method: string,
    readonly remedy: string,
  ) {
    super(`${method} of duckdb-async does not exist here. ${remedy}`);
  }
}

const arrow = 'Read rows with all() or stream(), or write Parquet with COPY … TO (FORMAT parquet).';
const native = 'Use @duckdb/node-api for what the facade does not offer.';

export const insteadOf = {
  arrowIPCAll: arrow,
  arrowIPCStream: arrow,
  register_buffer: 'Insert the rows, or read_parquet() a file.',
  unregister_buffer: 'Drop the table that took the place of the buffer.',
  register_bulk: 'Use register_udf().',
  registerReplacementScan: 'Name the function in the query, or create a view of that name.',
  get_ddb_internal: native,
  create_internal: 'Use Database.prepare() or Connection.prepare().',
} as const;

export const unsupported = (owner: string, method: keyof typeof insteadOf): FacadeUnsupported =>
  new FacadeUnsupported(`${owner}.${method}`, insteadOf[method]);

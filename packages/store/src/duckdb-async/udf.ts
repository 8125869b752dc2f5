import {
  ANY,
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBScalarFunction,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBValueConverter,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  UBIGINT,
  VARCHAR,
} from '@duckdb/node-api';
import { FacadeUnsupported } from './unsupported.js';
import { toJs } from './value.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as duckdb-async: arguments have the type that the function says
export type UdfBody = (...args: any[]) => unknown;

interface ReturnType {
  readonly type: DuckDBType;
  readonly from: (value: unknown) => DuckDBValue | undefined;
}

// Numbers are cut to their type the way typed arrays do it, which the old binding wrote to. What is no bigint where one
// is due makes them throw, and the query fails with that.
const returnTypes: Readonly<Record<string, ReturnType>> = {
  BOOLEAN: { type: BOOLEAN, from: Boolean },
  TINYINT: { type: TINYINT, from: (value) => Int8Array.of(Number(value))[0] },
  SMALLINT: { type: SMALLINT, from: (value) => Int16Array.of(Number(value))[0] },
  INTEGER: { type: INTEGER, from: (value) => Int32Array.of(Number(value))[0] },
  BIGINT: { type: BIGINT, from: (value) => BigInt64Array.of(value as bigint)[0] },
  UBIGINT: { type: UBIGINT, from: (value) => BigUint64Array.of(value as bigint)[0] },
  DOUBLE: { type: DOUBLE, from: Number },
  VARCHAR: { type: VARCHAR, from: String },
  BLOB: { type: BLOB, from: (value) => new DuckDBBlobValue(Buffer.from(value as Uint8Array)) },
  TIMESTAMP: { type: TIMESTAMP, from: (value) => new DuckDBTimestampValue(BigInt.asIntN(64, value as bigint)) },
};

const aliases: Readonly<Record<string, string>> = {
  INT: 'INTEGER',
  TEXT: 'VARCHAR',
  STRING: 'VARCHAR',
  LONG: 'BIGINT',
};

const returnTypeOf = (name: string): ReturnType => {
  const upper = name.trim().toUpperCase();
  const found = returnTypes[aliases[upper] ?? upper];
  if (found !== undefined) return found;
  const remedy = `Return ${Object.keys(returnTypes).join(', ')}, and cast in the query.`;
  throw new FacadeUnsupported(`register_udf with the return type ${JSON.stringify(name)}`, remedy);
};

/** As a row's values, but times are bigints in microseconds, as the old binding passed them to functions. */
const toArgument: DuckDBValueConverter<unknown> = (value, type, convert) =>
  value instanceof DuckDBTimestampValue || value instanceof DuckDBTimeValue ? value.micros : toJs(value, type, convert);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Udf {
  readonly returnType: ReturnType;
  /** Undefined once it is unregistered. */
  body: UdfBody | undefined;
}

const scalarFunctionOf = (name: string, udf: Udf): DuckDBScalarFunction => {
  const resultOf = (values: readonly unknown[]): DuckDBValue => {
    if (udf.body === undefined) throw new Error(`${name} was unregistered`);
    const result = udf.body(...values);
    return result === undefined || result === null ? null : (udf.returnType.from(result) ?? null);
  };
  return DuckDBScalarFunction.create({
    name,
    returnType: udf.returnType.type,
    varArgsType: ANY,
    mainFunction: (info, input, output) => {
      try {
        for (const [row, values] of input.convertRows(toArgument).entries()) output.setItem(row, resultOf(values));
        output.flush();
      } catch (error) {
        info.setError(`UDF Execution Error: ${messageOf(error)}`);
      }
    },
  });
};

/** The functions of one database. DuckDB keeps a name for as long as the file is open, so the name looks up its body. */
export class Udfs {
  readonly #byName = new Map<string, Udf>();

  /** Throws at once what is wrong; what is returned tells DuckDB. */
  add(name: string, returnTypeName: string, body: UdfBody): (connection: DuckDBConnection) => Promise<void> {
    const returnType = returnTypeOf(returnTypeName);
    const udf = this.#byName.get(name) ?? { returnType, body: undefined };
    if (udf.body !== undefined) throw new TypeError('UDF with this name already exists');
    if (udf.returnType !== returnType) {
      const remedy = 'Take another name, or open the database again.';
      throw new FacadeUnsupported(`register_udf of ${name} with a second return type`, remedy);
    }
    udf.body = body;
    this.#byName.set(name, udf);
    return (connection) => {
      connection.registerScalarFunction(scalarFunctionOf(name, udf));
      return Promise.resolve();
    };
  }

  remove(name: string): void {
    const udf = this.#byName.get(name);
    if (udf !== undefined) udf.body = undefined;
  }
}

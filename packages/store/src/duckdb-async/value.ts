import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBGeometryValue,
  DuckDBIntervalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResult,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
  type DuckDBValueConverter,
  DuckDBVariantValue,
  fromVariantValue,
} from '@duckdb/node-api';
import type { RowData } from './row.js';
import { textOf } from './text.js';

const msPerDay = 86_400_000;

/** Epoch ms, cut towards zero; undefined for what is no point in time. */
const epochMs = (value: DuckDBValue): number | undefined => {
  if (value instanceof DuckDBDateValue) return value.days * msPerDay;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return Number(value.micros / 1_000n);
  }
  if (value instanceof DuckDBTimestampSecondsValue) return Number(value.seconds * 1_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  return value instanceof DuckDBTimestampNanosecondsValue ? Number(value.nanos / 1_000_000n) : undefined;
};

/** A value as duckdb 1.4 gives it to JavaScript. What has no type of its own there (TIME, UUID, MAP …) is text. */
export const toJs: DuckDBValueConverter<unknown> = (value, type, convert) => {
  if (value === null || typeof value !== 'object') {
    return type.typeId === DuckDBTypeId.BIGNUM && value !== null ? String(value) : value;
  }
  const ms = epochMs(value);
  if (ms !== undefined) return new Date(ms);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBIntervalValue) {
    return { months: value.months, days: value.days, micros: Number(value.micros) };
  }
  if (value instanceof DuckDBBlobValue || value instanceof DuckDBGeometryValue) return Buffer.from(value.bytes);
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) {
    return value.items.map((item) => convert(item, type.valueType, convert));
  }
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    const entries = Object.entries(value.entries);
    return Object.fromEntries(entries.map(([name, entry]) => [name, convert(entry, type.typeForEntry(name), convert)]));
  }
  if (value instanceof DuckDBVariantValue) return fromVariantValue(value, type, convert);
  const isNested =
    value instanceof DuckDBMapValue || value instanceof DuckDBUnionValue || value instanceof DuckDBArrayValue;
  return isNested ? textOf(value, type) : String(value);
};

const rowOf = (names: readonly string[], columns: readonly (readonly unknown[])[], index: number): RowData => {
  const row: RowData = {};
  for (const [column, name] of names.entries()) row[name] = columns[column]?.[index];
  return row;
};

/** The rows of an answer, a chunk of at most 2048 at a time. Of two columns with one name the later one counts. */
export async function* rowChunks(result: DuckDBResult): AsyncGenerator<RowData[], undefined> {
  const names = result.columnNames();
  for await (const chunk of result) {
    const columns = names.map((_, column) => chunk.convertColumnValues(column, toJs));
    yield Array.from({ length: chunk.rowCount }, (_, index) => rowOf(names, columns, index));
  }
}

export const allRows = async (result: DuckDBResult): Promise<RowData[]> => {
  const all: RowData[] = [];
  for await (const rows of rowChunks(result)) for (const row of rows) all.push(row);
  return all;
};

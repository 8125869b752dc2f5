import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';

// The text that DuckDB's own cast to VARCHAR gives (seen with 1.4.4 and 1.5.5); a test compares them. The value classes
// of @duckdb/node-api print lists, maps and structs in another way.

const nestedTypes = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.UNION,
]);

const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;

const isSpecial = /^$|^[ \t\n\v\f\r]|[ \t\n\v\f\r]$|^null$|["'(),:=[\]{}]/i;

/** A part of a list, map or struct; parts of simple types are quoted when they could be misread. */
const part = (value: DuckDBValue, type: DuckDBType): string => {
  if (value === null) return 'NULL';
  const text = textOf(value, type);
  return !nestedTypes.has(type.typeId) && isSpecial.test(text) ? quoted(text) : text;
};

/** DuckDB sometimes writes a digit more than are needed to tell the number from its neighbours. */
const shortestFloat = (value: number): string => {
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
};

/** C++ style: at least one decimal, and exponents of two digits outside 1e-4 … 1e16. */
const floating = (value: number, shortest: string): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '', exponentText = ''] = shortest.split('e');
  const exponent = Number(exponentText);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, '0');
  return `${sign}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1) || '0'}`;
};

const numberText = (value: number, type: DuckDBType): string => {
  if (type.typeId === DuckDBTypeId.FLOAT) return floating(value, shortestFloat(value));
  return type.typeId === DuckDBTypeId.DOUBLE ? floating(value, value.toExponential()) : String(value);
};

const structText = ({ entries }: DuckDBStructValue, type: DuckDBStructType): string => {
  const parts = type.entryNames.map((name, index) => {
    const entryType = type.entryTypes[index];
    return `${quoted(name)}: ${entryType === undefined ? 'NULL' : part(entries[name] ?? null, entryType)}`;
  });
  return `{${parts.join(', ')}}`;
};

/** A value as `CAST(… AS VARCHAR)` writes it, outside of any session's time zone. */
export const textOf = (value: DuckDBValue, type: DuckDBType): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return numberText(value, type);
  if (value instanceof DuckDBUnionValue && type instanceof DuckDBUnionType) {
    return textOf(value.value, type.memberTypeForTag(value.tag));
  }
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    const entry = (key: DuckDBValue, of: DuckDBValue) => `${part(key, type.keyType)}=${part(of, type.valueType)}`;
    return `{${value.entries.map((each) => entry(each.key, each.value)).join(', ')}}`;
  }
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) return structText(value, type);
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) {
    return `[${value.items.map((item) => part(item, type.valueType)).join(', ')}]`;
  }
  if (value instanceof DuckDBArrayValue && type instanceof DuckDBArrayType) {
    return `[${value.items.map((item) => textOf(item, type.valueType)).join(', ')}]`; // DuckDB quotes nothing here
  }
  if (value instanceof DuckDBTimestampTZValue) return `${String(new DuckDBTimestampValue(value.micros))}+00`;
  return String(value);
};

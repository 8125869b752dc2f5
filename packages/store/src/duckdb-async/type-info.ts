import {
  type DuckDBConnection,
  DuckDBDecimalType,
  DuckDBEnumType,
  DuckDBListType,
  DuckDBMapType,
  type DuckDBPreparedStatement,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType,
} from '@duckdb/node-api';

export interface GenericTypeInfo {
  id: string;
  sql_type: string;
  alias?: string;
}

export interface StructTypeInfo extends GenericTypeInfo {
  id: 'STRUCT';
  children: TypeInfoChildren;
}

export interface ListTypeInfo extends GenericTypeInfo {
  id: 'LIST';
  child: TypeInfo;
}

export interface MapTypeInfo extends GenericTypeInfo {
  id: 'MAP';
  key: TypeInfo;
  value: TypeInfo;
}

export interface UnionTypeInfo extends GenericTypeInfo {
  id: 'UNION';
  children: TypeInfoChildren;
}

export interface DecimalTypeInfo extends GenericTypeInfo {
  id: 'DECIMAL';
  width: number;
  scale: number;
}

export interface EnumTypeInfo extends GenericTypeInfo {
  id: 'ENUM';
  values: string[];
}

export type TypeInfoChildren = { name: string; type: TypeInfo }[];

/** A type of DuckDB: `id` is its kind (`LIST`), `sql_type` how SQL writes it (`INTEGER[]`), and nested types hold their parts. */
export type TypeInfo =
  GenericTypeInfo | StructTypeInfo | ListTypeInfo | MapTypeInfo | UnionTypeInfo | DecimalTypeInfo | EnumTypeInfo;

/** One column of a result, as duckdb-async tells it. */
export interface ColumnInfo {
  name: string;
  type: TypeInfo;
}

const longNames: Readonly<Record<number, string>> = {
  [DuckDBTypeId.TIME_TZ]: 'TIME WITH TIME ZONE',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP WITH TIME ZONE',
};

const nameOf = (type: DuckDBType): string => longNames[type.typeId] ?? DuckDBTypeId[type.typeId];

/** Of a column whose type depends on a parameter that was not given yet. */
const unknownType: TypeInfo = { id: 'UNKNOWN', sql_type: 'UNKNOWN' };
const nullType: TypeInfo = { id: 'NULL', sql_type: '"NULL"' };

const childrenOf = (type: DuckDBType): readonly (readonly [name: string, type: DuckDBType])[] => {
  if (type instanceof DuckDBStructType) {
    return type.entryNames.map((name) => [name, type.typeForEntry(name)]);
  }
  if (type instanceof DuckDBUnionType) return type.memberTags.map((tag) => [tag, type.memberTypeForTag(tag)]);
  if (type instanceof DuckDBListType) return [['child', type.valueType]];
  if (type instanceof DuckDBMapType) {
    return [
      ['key', type.keyType],
      ['value', type.valueType],
    ];
  }
  return [];
};

const familyOf = (type: DuckDBType): DuckDBType[] => [
  type,
  ...childrenOf(type).flatMap(([, child]) => familyOf(child)),
];

/** DuckDB's own spelling of types, by that of @duckdb/node-api, which quotes every name inside of a type. */
type Spelling = ReadonlyMap<string, string>;

const spellingOf = async (connection: DuckDBConnection, types: readonly DuckDBType[]): Promise<Spelling> => {
  const texts = [...new Set(types.flatMap(familyOf).map(String))].filter((text) => text.includes('"'));
  if (texts.length === 0) return new Map();
  const result = await connection.run(`SELECT ${texts.map((text) => `typeof(NULL::${text})`).join(', ')}`);
  const [row = []] = await result.getRows();
  return new Map(texts.map((text, index) => [text, String(row[index])]));
};

const typeInfo = (type: DuckDBType, spelling: Spelling): TypeInfo => {
  if (type.typeId === DuckDBTypeId.SQLNULL) return nullType;
  const text = String(type);
  const own = spelling.get(text) ?? longNames[type.typeId] ?? text;
  const basics = {
    id: nameOf(type),
    sql_type: type.alias ?? own,
    ...(type.alias !== undefined && { alias: type.alias }),
  };
  const children = childrenOf(type).map(([name, child]) => ({ name, type: typeInfo(child, spelling) }));
  if (type instanceof DuckDBStructType || type instanceof DuckDBUnionType)
    return { ...basics, children } as StructTypeInfo | UnionTypeInfo;
  if (type instanceof DuckDBEnumType) return { ...basics, values: [...type.values] } as EnumTypeInfo;
  if (type instanceof DuckDBDecimalType) return { ...basics, width: type.width, scale: type.scale } as DecimalTypeInfo;
  return { ...basics, ...Object.fromEntries(children.map(({ name, type: child }) => [name, child])) };
};

export const columnsOf = async (
  connection: DuckDBConnection,
  prepared: DuckDBPreparedStatement,
): Promise<ColumnInfo[]> => {
  const types = Array.from({ length: prepared.columnCount }, (_, index) =>
    prepared.columnTypeId(index) === DuckDBTypeId.INVALID ? undefined : prepared.columnType(index),
  );
  const spelling = await spellingOf(
    connection,
    types.filter((type) => type !== undefined),
  );
  return types.map((type, index) => ({
    name: prepared.columnName(index),
    type: type === undefined ? unknownType : typeInfo(type, spelling),
  }));
};

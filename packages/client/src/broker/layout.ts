import { isRow, type Row } from './row.js';

/** Names of the fields of one part of an answer. */
export interface PartLayout {
  /** Documented, and there in recorded answers. */
  readonly fields: readonly string[];
  /** Known as well, but not always there. */
  readonly also?: readonly string[];
}

/** The parts of an answer whose rows the hub normalises, by name; `''` is the body itself, for what stands beside them. */
export type Layout = Readonly<Record<string, PartLayout>>;

export const names = (text: string): readonly string[] => text.trim().split(/\s+/);

/** What an answer has more or less than its layout. */
export interface Difference {
  /** `output2.stck_prpr`; without a part what stands in the body itself. */
  readonly field: string;
  readonly change: 'unknown' | 'missing';
  /** JSON type of an unknown field. Never its value: that might be personal. */
  readonly type?: string;
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

interface Prepared {
  readonly part: string;
  readonly fields: readonly string[];
  readonly known: ReadonlySet<string>;
}

/** A layout with its names in sets, for answers of a thousand rows. */
export const prepared = (layout: Layout): readonly Prepared[] =>
  Object.entries(layout).map(([part, { fields, also = [] }]) => ({
    part,
    fields,
    known: new Set([...fields, ...also, ...(part === '' ? Object.keys(layout) : [])]),
  }));

/**
 * Every difference of every row. A row with none of the documented fields is no row of this kind (padding, or a body that says
 * "nothing found"), so it lacks nothing.
 */
export function* differences(layout: readonly Prepared[], body: Row): Generator<Difference> {
  for (const { part, fields, known } of layout) {
    const given = part === '' ? body : body[part];
    const rows: readonly unknown[] = Array.isArray(given) ? given : [given];
    const path = part === '' ? '' : `${part}.`;
    for (const row of rows) {
      if (!isRow(row)) continue;
      for (const field of Object.keys(row)) {
        if (!known.has(field)) yield { field: path + field, change: 'unknown', type: typeOf(row[field]) };
      }
      const missing = fields.filter((field) => !Object.hasOwn(row, field));
      if (missing.length === fields.length) continue;
      for (const field of missing) yield { field: path + field, change: 'missing' };
    }
  }
}

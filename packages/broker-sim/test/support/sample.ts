import { readFileSync } from 'node:fs';

/** A recorded or composed answer of the broker. */
export const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../samples/${name}.json`, import.meta.url), 'utf8'));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Field names in the order of the wire, of the object and of the first row of each list in it. */
export const namesOf = (value: unknown): unknown =>
  isRecord(value)
    ? Object.entries(value).map(([name, inner]) => (Array.isArray(inner) ? [name, namesOf(inner[0])] : name))
    : [];

/** Names and kinds without values; an array is described by its first element. */
export const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (!isRecord(value)) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([name, inner]) => [name, shapeOf(inner)]),
  );
};

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../src/migration/list.js';

let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  for (const { sql } of migrations) await connection.run(sql);
});

afterAll(() => {
  connection.disconnectSync();
  instance.closeSync();
});

const answer = async (expression: string): Promise<unknown> =>
  (await connection.runAndReadAll(`SELECT ${expression}`)).getRowsJson()[0]?.[0];

/** open, high, low, close, volume, value */
type Figures = readonly [number, number, number, number, number, number | null];

const struct = (figures: Figures): string => {
  const [open, high, low, close] = figures.map((price) => `${String(price)}::DECIMAL(18, 4)`);
  const [, , , , volume, value] = figures;
  const amounts = `volume: ${volume}::BIGINT, value: ${value ?? 'NULL'}::DECIMAL(24, 4)`;
  return `{open: ${open}, high: ${high}, low: ${low}, close: ${close}, ${amounts}}`;
};

const kis: Figures = [58_000, 58_200, 57_900, 58_100, 1_000, 58_050_000_000];
const largest = Number.MAX_SAFE_INTEGER;

it.each<[string, Figures, string | null]>([
  ['the same', kis, null],
  ['no value at one of them', [58_000, 58_200, 57_900, 58_100, 1_000, null], null],
  ['less than the unit of the value apart', [58_000, 58_200, 57_900, 58_100, 1_000, 58_050_999_999], null],
  ['a unit of the value apart', [58_000, 58_200, 57_900, 58_100, 1_000, 58_049_000_000], 'HIGH'],
  ['1 % of the volume apart', [58_000, 58_200, 57_900, 58_100, 990, null], 'HIGH'],
  ['a share more than 1 %', [58_000, 58_200, 57_900, 58_100, 989, null], 'MEDIUM'],
  ['value 1 % and a bit apart', [58_000, 58_200, 57_900, 58_100, 1_000, 57_469_000_000], 'MEDIUM'],
  ['5 % of the volume apart', [58_000, 58_200, 57_900, 58_100, 950, null], 'MEDIUM'],
  ['a share more than 5 %', [58_000, 58_200, 57_900, 58_100, 949, null], 'LOW'],
  ['value far apart: another unit', [58_000, 58_200, 57_900, 58_100, 1_000, 58_050], 'LOW'],
  ['no volume', [58_000, 58_200, 57_900, 58_100, 0, null], 'LOW'],
  ['open one step apart', [58_100, 58_200, 57_900, 58_100, 1_000, null], 'MEDIUM'],
  ['all prices one step apart, in both directions', [57_900, 58_300, 58_000, 58_000, 950, null], 'MEDIUM'],
  ['open more than a step apart', [58_101, 58_200, 57_900, 58_100, 1_000, null], 'LOW'],
  ['high more than a step apart', [58_000, 58_301, 57_900, 58_100, 1_000, null], 'LOW'],
  ['low more than a step apart', [58_000, 58_200, 57_799, 58_100, 1_000, null], 'LOW'],
  ['close more than a step apart', [58_000, 58_200, 57_900, 58_201, 1_000, null], 'LOW'],
  ['halved, as an adjusted price would be, with equal volume', [29_000, 29_100, 28_950, 29_050, 1_000, null], 'LOW'],
  ['the largest that is stored', [58_000, 58_200, 57_900, 58_100, largest, largest], 'LOW'],
])('two brokers that tell %s: %j is %s', async (_, kiwoom, verdict) => {
  expect(await answer(`broker_verdict(${struct(kis)}, ${struct(kiwoom)})`)).toBe(verdict);
  expect(await answer(`broker_verdict(${struct(kiwoom)}, ${struct(kis)})`)).toBe(verdict);
});

it.each([
  [1, 1],
  [1_999, 1],
  [2_000, 5],
  [4_995, 5],
  [5_000, 10],
  [19_990, 10],
  [20_000, 50],
  [49_950, 50],
  [50_000, 100],
  [199_900, 100],
  [200_000, 500],
  [499_500, 500],
  [500_000, 1_000],
  [1_234_000, 1_000],
])('a step from %d won is %d won, and from there no price is nearer', async (price, step) => {
  expect(await answer(`krx_tick(${price})`)).toBe(step);
  expect(await answer(`price_doubt(${price}, ${price + step})`)).toBe(2);
  expect(await answer(`price_doubt(${price + step}, ${price})`)).toBe(2);
  expect(await answer(`price_doubt(${price}, ${price + step + 0.0001})`)).toBe(3);
});

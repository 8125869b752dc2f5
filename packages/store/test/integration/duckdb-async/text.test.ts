import { Database } from '@hub/store/duckdb-async';
import { DuckDBTimestampTZValue } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Maps, unions and arrays of fixed length are text, as the old binding gave them: that of DuckDB's own cast.

let db: Database;
beforeAll(async () => {
  db = await Database.create(':memory:');
});
afterAll(() => db.close());

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const expectSameText = async (expression: string): Promise<void> => {
  const [row] = await db.all(`SELECT ${expression} AS value, CAST(value AS VARCHAR) AS text`);
  expect(row?.value).toBe(row?.text);
};

it.each([
  'MAP {1: 1.0::DOUBLE, 2: 1e16::DOUBLE, 3: 1e15::DOUBLE, 4: 1e-4::DOUBLE, 5: 1e-5::DOUBLE, 6: 123456.789::DOUBLE}',
  `MAP {1: 'nan'::DOUBLE, 2: 'inf'::DOUBLE, 3: '-inf'::DOUBLE, 4: -0.0::DOUBLE, 5: NULL, 6: 1e300::DOUBLE}`,
  'MAP {1: 0.1::FLOAT, 2: 16777216::FLOAT, 3: 3.4028235e38::FLOAT, 4: 1e-45::FLOAT, 5: 1.0::FLOAT}',
  `MAP {true: DATE '2026-11-02', false: DATE '0044-03-15 (BC)'}`,
  `MAP {1: TIMESTAMP '2026-11-02 09:00:00.000001', 2: TIMESTAMP '2026-11-02'}`,
  `MAP {1: TIME '09:00:00.5'}`,
  `MAP {1: INTERVAL 14 MONTH + INTERVAL 3 DAY, 2: INTERVAL 1 SECOND, 3: INTERVAL (-1) DAY}`,
  `MAP {1: 1.50::DECIMAL(9,2), 2: -0.05::DECIMAL(9,2)}`,
  `MAP {'a': '\\x00ab"'::BLOB}`,
  `MAP {1: 170141183460469231731687303715884105727::HUGEINT}`,
  `MAP {1: 'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID}`,
  `MAP {1: [1, NULL], 2: [], 3: NULL}`,
  `MAP {'k': {'a': 1, 'b': 'x, y', 'it''s': NULL}}`,
  `MAP {[1, 2]: MAP {'x': 'y z'}}`,
  `MAP {1: 'a'::ENUM('a', 'null', '')}`,
  `MAP {1: '10101'::BIT}`,
  `['a', NULL, 'NULL', ' b', 'c ', '', '{', 'd''e', 'f\\g', 'h=i']::VARCHAR[10]`,
  `MAP {1: ['a', NULL, 'NULL', 'nuLL', ' b', 'c ', ' ', '', '{', 'd''e', 'f\\g', 'h=i']}`,
  `[[1, 2], NULL]::INTEGER[2][2]`,
  `union_value(price := 58100.0::DOUBLE)`,
  `union_value(name := 'x, y')`,
  `MAP {1: union_value(name := 'x, y')}`,
])('is that of DuckDB: %s', expectSameText);

it('of a time with zone is in UTC, whatever the zone of session and machine', async () => {
  const connection = await db.connect();
  await connection.run(`SET TimeZone = 'Asia/Seoul'`);
  const machine = DuckDBTimestampTZValue.timezoneOffsetInMinutes;
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = 540;
  const [row] = await connection.all(`SELECT MAP {1: '2026-11-02 09:00:00+09'::TIMESTAMPTZ} AS value`);
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = machine;
  expect(row?.value).toBe(`{1='2026-11-02 00:00:00+00'}`);
  await connection.close();
});

const character = fc.constantFrom(...Array.from(` \t\n"'(),:=[]{}\\aNULnul가.-`));
const word = fc.string({ unit: character, maxLength: 6 });

it('quotes keys and values as DuckDB does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), word, async (keys, value) => {
      const entries = keys.map((key) => `${literal(key)}: ${literal(value)}`);
      await expectSameText(`MAP {${entries.join(', ')}}`);
      await expectSameText(`MAP {1: [${keys.map(literal).join(', ')}]}`);
      await expectSameText(`[${keys.map(literal).join(', ')}]::VARCHAR[${keys.length}]`);
    }),
    { numRuns: 150 },
  );
});

const double = fc.double({ noNaN: true });
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // a parameter has no -0

it('writes numbers as DuckDB does, but floats with no more digits than they need', async () => {
  await fc.assert(
    fc.asyncProperty(double, float, async (d, f) => {
      const [row] = await db.all(
        'SELECT MAP {1: $1::DOUBLE} AS double, double::VARCHAR AS text, [$2::FLOAT]::FLOAT[1] AS float',
        d,
        f,
      );
      expect(row?.double).toBe(row?.text);
      expect(Math.fround(Number((row?.float as string).slice(1, -1)))).toBe(f);
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, it } from 'vitest';
import { migrations } from '../../../src/migration/list.js';
import { checksum } from '../../../src/migration/migrate.js';

/** Append a line for a new migration. A changed line means that files in the field could no longer be opened. */
const shipped = [
  ['0001-candles', 'fcd21845c323ace1b8d77f1f09e428a3f9b0d37809afeb9ae74a49d40dd366d2'],
  ['0002-disagreements', '1018796f28f7b5d9d871cb766d770a99b2ecbd94309721bcef32372f129d5e4b'],
  ['0003-feeds', 'da4fa372fe16387b7e005d712c789833839f743d6442cf822d5911560b32ee6a'],
  ['0004-feed-runs', '19adc475b37cd4f3fd445704ffcdfaf3cc60a01aab0f64218049248716330ca6'],
  ['0005-recoveries', '3c0de0ffa5f66a8c36a99a85598c78fb3dd3c97f28ab170c706d9b16616b7c03'],
  ['0006-raw-payloads', '205151a671c518f3393c148a8b5a277a951283deeed14dc375bb76f55ae15707'],
];

describe('migrations', () => {
  it('are numbered without gaps, and shipped ones are never edited', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
    expect(migrations.map((migration) => [migration.name, checksum(migration)])).toEqual(shipped);
  });
});

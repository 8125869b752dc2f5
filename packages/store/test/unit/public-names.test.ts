import { expect, it } from 'vitest';
import * as door from '../../src/index.js';

it('exports these names and no others', () => {
  expect(Object.keys(door).sort()).toEqual([
    'BatchInvalid',
    'DayInvalid',
    'MigrationChanged',
    'StoreClosed',
    'StoreError',
    'StoreFull',
    'StoreLocked',
    'StoreNewer',
    'StoreUnreadable',
    'barIntervals',
    'closings',
    'isKnownDay',
    'openStore',
    'session',
    'sources',
    'tradingDays',
    'venues',
  ]);
});

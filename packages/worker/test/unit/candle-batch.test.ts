import { expect, test } from 'vitest';

import { ingestPayloadOf, storeBatchOf } from '../../src/job/candle-batch.js';
import { ingestPayload, type WindowSpec } from '../../src/queue/payload.js';
import { batchOf } from '../support/scripted-hub.js';

const window: WindowSpec = {
  id: 'kis.005930.KRX.1m.2026-11-02',
  ...{ broker: 'kis', symbol: '005930', venue: 'KRX', interval: '1m', estimatedCalls: 4 },
  ...{ from: '2026-11-02', to: '2026-11-02' },
};
const midnight = (day: string): number => Date.parse(`${day}T00:00:00+09:00`);
const always = (): boolean => true;

test('rows and provenance survive the way through the queue', () => {
  const batch = batchOf(window, 2);
  const payload = ingestPayload.parse(JSON.parse(JSON.stringify(ingestPayloadOf(window, [batch], always))));
  const stored = storeBatchOf('some-batch', payload);
  expect(stored.rows).toEqual(batch.candles);
  expect(stored).toMatchObject({
    batchId: 'some-batch',
    provenance: { broker: 'kis', tr: batch.tr, requestIds: batch.requestIds, fetchedAtMs: batch.fetchedAtMs },
  });
});

test('a day with rows is present from midnight to midnight in Korea', () => {
  const { coverage } = ingestPayloadOf(window, [batchOf(window)], always);
  expect(coverage).toEqual([['2026-11-02', midnight('2026-11-02'), midnight('2026-11-03'), 'present']]);
});

test('a day without a bar is halted where the broker says so, else verified empty', () => {
  const stateOf = (halted: Partial<ReturnType<typeof batchOf>>, bars = 0): unknown =>
    ingestPayloadOf(window, [{ ...batchOf(window, bars), ...halted }], always).coverage[0]?.[3];
  expect(stateOf({ halted: ['2026-11-02'] })).toBe('halted');
  expect(stateOf({ halted: ['2026-11-03'] })).toBe('verified_empty');
  expect(stateOf({})).toBe('verified_empty');
  // A bar is a bar: it was halted later on.
  expect(stateOf({ halted: ['2026-11-02'] }, 1)).toBe('present');
});

test('what is fetched of today covers nothing beyond its last final bar', () => {
  const finalUntilMs = Date.parse('2026-11-02T10:31:00+09:00');
  const { coverage } = ingestPayloadOf(window, [{ ...batchOf(window), finalUntilMs }], always);
  expect(coverage).toEqual([['2026-11-02', midnight('2026-11-02'), finalUntilMs, 'present']]);
});

test('a day on which nothing is final yet is not covered at all', () => {
  const batch = { ...batchOf(window, 0), finalUntilMs: midnight('2026-11-02') };
  expect(ingestPayloadOf(window, [batch], always).coverage).toEqual([]);
});

test('daily bars: trading days without one are verified empty, days without trading are nothing', () => {
  const friday = { ...window, interval: '1d', from: '2026-10-30', to: '2026-11-02' } as const;
  const batch = {
    ...batchOf(friday, 1),
    days: ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02'],
    finalUntilMs: midnight('2026-11-05'),
  };
  const { coverage } = ingestPayloadOf(friday, [batch], (day) => day !== '2026-10-31' && day !== '2026-11-01');
  expect(coverage.map(([day, , , state]) => [day, state])).toEqual([
    ['2026-10-30', 'present'],
    ['2026-11-02', 'verified_empty'],
  ]);
});

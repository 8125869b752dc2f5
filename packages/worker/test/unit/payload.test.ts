import { livePayload } from '@hub/client/service';
import { coverageStates } from '@hub/store';
import { expect, test } from 'vitest';

import { ingestPayload, planPayload, readPayload, windowPayload } from '../../src/queue/payload.js';

const window = {
  v: 1,
  storeId: 'abc',
  step: { name: 'fetch' },
  window: {
    id: 'kis.005930.KRX.1m.2026-11-02',
    ...{ broker: 'kis', symbol: '005930', venue: 'KRX', interval: '1m', estimatedCalls: 4 },
    ...{ from: '2026-11-02', to: '2026-11-02' },
  },
};

test('a payload of this version is read', () => {
  expect(readPayload(windowPayload, 'bulk-kis', window)).toEqual(window);
});

const rowsOf = (state: string) => ({
  v: 1,
  series: { symbol: '005930', venue: 'KRX', interval: '1m', source: 'REST_API_KIS' },
  provenance: { broker: 'kis', requestIds: [], tr: '', keyId: '', fetchedAtMs: 1, normaliserVersion: 1 },
  rows: [],
  coverage: [['2026-11-02', 1, 2, state]],
});

test.each(coverageStates)('coverage of every state travels: %s', (state) => {
  expect(readPayload(ingestPayload, 'ingest', rowsOf(state)).coverage).toEqual([['2026-11-02', 1, 2, state]]);
});

test.each([
  ['coverage of a state that nobody knows', ingestPayload, rowsOf('lost'), /coverage\.0\.3/],
  ['an unknown version', windowPayload, { ...window, v: 2 }, /v: /],
  ['no version', windowPayload, { ...window, v: undefined }, /v: /],
  ['an unknown field', windowPayload, { ...window, appkey: 'PS-secret' }, /appkey/],
  ['an id that the queue would refuse', windowPayload, { ...window, window: { ...window.window, id: 'a:b' } }, /id: /],
  ['an unknown step', windowPayload, { ...window, step: { name: 'think' } }, /step/],
  ['a row that is too short', ingestPayload, { v: 1, rows: [[1, 2, 3]] }, /rows\.0/],
  ['a call without a deadline', livePayload, { v: 1, broker: 'kis', endpoint: 'x', params: {} }, /deadlineAt/],
  ['a request without symbols', planPayload, { v: 1, request: { broker: 'kis', symbols: [] } }, /symbols/],
  ['no object', planPayload, 'nonsense', /payload: /],
])('refused with the name of the field: %s', (_name, schema, data, flaw) => {
  const read = () => readPayload<unknown>(schema, 'bulk-kis', data);
  expect(read).toThrow(expect.objectContaining({ code: 'HUB_PAYLOAD_INVALID', message: expect.stringMatching(flaw) }));
  expect(read).not.toThrow(/PS-secret/);
});

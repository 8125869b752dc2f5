import { errors } from '@hub/client';
import { UnrecoverableError } from 'bullmq';
import { expect, test } from 'vitest';

import { jobError, notBefore, readFailedReason } from '../../src/queue/failed-reason.js';

test('code, message and remedy survive the queue', () => {
  const error = new errors.SymbolUnknown('999999');
  expect(readFailedReason(jobError(error).message)).toEqual({
    code: error.code,
    message: error.message,
    remedy: error.remedy,
  });
});

test.each([
  ['what cannot heal', new errors.RangeInvalid('too old', 'Ask later days.'), true],
  [
    'what was tried often enough elsewhere',
    new errors.RemoteFailure({ code: 'HUB_STORE_FULL', message: '', remedy: '' }),
    true,
  ],
  ['what may heal', new errors.LedgerLost(), false],
  ['a fault of ours', new TypeError('x is not a function'), false],
])('%s', (_name, error, final) => {
  expect(jobError(error) instanceof UnrecoverableError).toBe(final);
});

test('nothing is tried again before an open circuit lets a call through', () => {
  const open = new errors.CircuitOpen('kis:real:a', { since: 1, until: 8_001, forMs: 8_000, failure: 'HUB_TIMEOUT' });
  const failed = jobError(open);
  expect(notBefore(failed)).toBe(8_000);
  expect(readFailedReason(failed.message)).toMatchObject({ code: 'HUB_CIRCUIT_OPEN' });
  expect(notBefore(jobError(new errors.LedgerLost()))).toBe(0);
});

test.each([
  ['job stalled more than allowable limit', 'HUB_JOB_STALLED'],
  ['something else', 'HUB_UNEXPECTED'],
  ['{"code":7}', 'HUB_UNEXPECTED'],
])("BullMQ's own words: %s", (reason, code) => {
  expect(readFailedReason(reason)).toMatchObject({ code, message: expect.stringContaining(reason) });
});

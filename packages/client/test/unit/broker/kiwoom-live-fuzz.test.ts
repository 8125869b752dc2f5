import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { kiwoom } from '../../../src/broker/kiwoom/index.js';
import { entry, real } from '../../support/kiwoom-frames.js';
import { flawsOfMessage } from '../../support/live-messages.js';
import { brokenText, numRuns, slowestMs } from '../../support/broken-texts.js';

const whole = [
  real(entry('0B')),
  real(entry('0B'), entry('0D', {}, '005930_NX'), entry('0B', {}, '005930_AL')),
  real(entry('00'), entry('04')),
  '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}',
  '{"trnm":"REG","return_code":1,"return_msg":"[8005:x]"}',
  '{"trnm":"SYSTEM","code":"R10001","message":"x"}',
  '{"trnm":"PING"}',
];

const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  'null',
  '0',
  '-',
  '"10"',
  '"--71300"',
  '"data": [',
  '"x": {',
  '',
];

describe('the reader of Kiwoom', () => {
  it('never throws, and never makes a record that is none', { timeout: slowestMs }, () => {
    fc.assert(
      fc.property(brokenText(whole, pieces), fc.integer({ min: 0, max: 4_102_444_800_000 }), (text, receivedAt) => {
        expect(flawsOfMessage(kiwoom.live.reader('real').read(text, receivedAt))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('gives texts that are what its records were made of', { timeout: slowestMs }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.boolean(), fc.string({ unit: 'binary' }), (value, spaced, name) => {
        const data = [{ [name]: value, type: '00', item: '', values: { 913: '체결', x: value } }, value];
        const text = JSON.stringify({ [name]: value, trnm: 'REAL', data }, undefined, spaced ? 1 : 0);
        const message = kiwoom.live.reader('real').read(text, 0);
        if (message.kind !== 'records') return; // the name was one of ours
        expect(message.raws().map((each) => JSON.parse(each) as unknown)).toEqual([
          (JSON.parse(text) as { data: unknown[] }).data[0],
        ]);
      }),
      { numRuns },
    );
  });
});

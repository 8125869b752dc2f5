import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import { answer, encryptedFrame, frame, record } from '../../support/kis-frames.js';
import { flawsOfMessage } from '../../support/live-messages.js';
import { brokenText, numRuns, slowestMs } from '../../support/broken-texts.js';

const registered = answer('OPSP0000', 'SUBSCRIBE SUCCESS', { tr: 'H0STCNI0', trKey: 'myhtsid' });

const whole = [
  registered,
  answer('OPSP8996', 'ALREADY IN USE appkey', { tr: '(null)' }),
  '{"header": {"tr_id": "PINGPONG", "datetime": "20260115101500"}}',
  frame('H0STCNT0', [record('trade')]),
  frame('H0UNCNT0', [record('trade', {}, ['2']), record('trade', {}, ['2'])]),
  frame('H0STASP0', [record('book')]),
  frame('H0NXASP0', [record('bookOfBoth', {}, ['new'])]),
  frame('H0STCNI0', [record('notice')]),
  encryptedFrame('H0STCNI0', [record('notice'), record('notice')]),
];

const pieces = [
  '^',
  '|',
  '0|H0STCNT0|',
  '1|H0STCNI0|001|',
  '-',
  '.',
  '-71300',
  '999999',
  '٣',
  '\u0000',
  '',
  '{',
  '"',
  '홍',
];

describe('the reader of KIS', () => {
  it('never throws, and never makes a record that is none', { timeout: slowestMs }, () => {
    fc.assert(
      fc.property(brokenText(whole, pieces), fc.integer({ min: 0, max: 4_102_444_800_000 }), (text, receivedAt) => {
        const reader = kis.live.reader('real');
        reader.read(registered, receivedAt);
        expect(flawsOfMessage(reader.read(text, receivedAt))).toEqual([]);
      }),
      { numRuns },
    );
  });
});

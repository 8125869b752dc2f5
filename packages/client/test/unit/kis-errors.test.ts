import { describe, expect, it } from 'vitest';

import { kisCodes, kisFacts, kisReaction } from '../../src/broker/kis/errors.js';
import type { Reaction } from '../../src/request/contract.js';

const egw = (...numbers: string[]): string[] => numbers.map((number) => `EGW${number}`);
const opsp = (...numbers: string[]): string[] => numbers.map((number) => `OPSP${number}`);
const opsq = (...numbers: string[]): string[] => numbers.map((number) => `OPSQ${number}`);

/** The gateway, OPS and WebSocket tables of the KIS portal (public copies, read 2026-11-23), by what they call for. */
const table: Readonly<Record<Reaction, readonly string[]>> = {
  renew: [...egw('00121', '00122', '00123'), ...opsp('0011')],
  wait: [
    ...egw('00001', '00133', '00201'),
    ...opsq('0010', '0011', '1002'),
    ...opsp('0007', '0009', '8996', '8999', '9993', '9995'),
  ],
  repeat: [
    ...egw('00002', '00202', '00203', '00300', '00316'),
    ...opsq('0001', '0003', '0004', '0005', '0006', '3001', '3002', '3004'),
  ],
  verify: [...egw('00301', '00302'), ...opsq('0008', '0009')],
  fix: [
    ...egw('00003', '00004', '00101', '00102', '00103', '00104', '00105', '00106', '00107', '00108', '00109', '00110'),
    ...egw('00111', '00112', '00113', '00114', '00115', '00116', '00117', '00118', '00119', '00120', '00124', '00125'),
    ...egw('00126', '00127', '00128', '00129', '00130', '00131', '00132', '00204', '00205', '00206', '00207', '00208'),
    ...egw('00209', '00210', '00211', '00212', '00213', '00303', '00304', '00552', '02004'),
    ...opsq('0002', '0007', '2000', '2001', '2002', '2003', '9995', '9996', '9997', '9998', '9999'),
    ...opsp('0010', '8991', '8992', '8993', '8994', '8995', '8997', '8998', '9990', '9991', '9992', '9994', '9996'),
    ...opsp('9997', '9998', '9999'),
    ...['MCA05918', 'SYMB0001'],
  ],
  stop: [
    ...['MCA00000', 'KIOK0500', 'KIOK0320', 'APBK0918', 'APBK0919', 'APBK1234'],
    ...opsp('0000', '0001', '0002', '0003', '0008'),
  ],
};

describe('the error catalogue of KIS', () => {
  it.each(Object.entries(table))('answers with %s where the portal says so', (reaction, codes) => {
    for (const code of codes) expect([code, kisReaction(code).reaction]).toEqual([code, reaction]);
  });

  it('knows no code that is not in the table', () => {
    expect(Object.keys(kisCodes).sort()).toEqual(Object.values(table).flat().sort());
  });

  it('gives every code a meaning and a remedy', () => {
    for (const code of Object.keys(kisCodes)) {
      const { meaning, remedy } = kisReaction(code);
      expect([code, meaning.length > 5, remedy.length > 20]).toEqual([code, true, true]);
    }
  });

  it.each(['EGW99999', 'APBK0000', '', 'constructor', '__proto__'])('stops at %j, which it does not know', (code) => {
    expect(kisReaction(code)).toMatchObject({ reaction: 'stop', meaning: 'unknown code' });
  });
});

describe('what a code says beside its meaning', () => {
  it('is that the quota of the key is spent', () => {
    expect(kisFacts('EGW00201').refusedBudget).toEqual({ budget: 'total' });
    expect(kisFacts('EGW00133').refusedBudget).toBeUndefined();
  });

  it.each(['EGW00103', 'EGW00105', 'EGW00207'])('is that the key was turned away: %s', (code) => {
    expect(kisFacts(code).ofKey).toBe(true);
  });

  // A wrong request is wrong by every key.
  it.each(['EGW00101', 'EGW00206', 'EGW02004', 'OPSQ2000', 'EGW00123'])(
    'is not, where another key would not help: %s',
    (code) => {
      expect(kisFacts(code).ofKey).toBe(false);
    },
  );
});

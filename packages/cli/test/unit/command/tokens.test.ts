import type { TokenState } from '@hub/client';
import { expect, it } from 'vitest';

import { tokenLines } from '../../../src/command/tokens.js';

const now = Date.UTC(2026, 10, 23, 3);

it('tells age, issuer, generation and renewal of each token, and what stands in the way of one', () => {
  const states: TokenState[] = [
    {
      ...{ account: 'kis:real:1', state: 'present', issuesToday: 2, generation: 7, issuedBy: 'host:9' },
      ...{ issuedAt: now - 3_600_000, expiresAt: now + 7_200_000, renewsAt: now + 6_600_000 },
    },
    { account: 'kis:real:2', state: 'refused', issuesToday: 0, brokerCode: 'EGW00103', brokerMessage: '유효하지 않은' },
    { account: 'kis:real:3', state: 'dead', issuesToday: 1, until: now + 60_000 },
    { account: 'kiwoom:real:4', state: 'none', issuesToday: 0 },
  ];
  const [titles = '', , ...rows] = tokenLines(states, now);
  expect(titles).toMatch(/^account +state +generation +age +issued by +good until +renewal from +issues today$/);
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
    ['kis:real:1', 'good', '7', '1 h 00 min', 'host:9', '2026-11-23 14:00 KST', '2026-11-23 13:50 KST', '2'],
    ['kis:real:2', 'refused: EGW00103 유효하지 않은', '–', '–', '–', '–', '–', '0'],
    ['kis:real:3', 'dead until 2026-11-23 12:01 KST', '–', '–', '–', '–', '–', '1'],
    ['kiwoom:real:4', 'none yet', '–', '–', '–', '–', '–', '0'],
  ]);
});

import type { TokenState } from '@hub/client';
import { expect, it } from 'vitest';

import { foreignLines, tokenLines } from '../../../src/command/tokens.js';

const now = Date.UTC(2026, 10, 23, 3);

it('tells age, issuer, generation and renewal of each token, and what stands in the way of one', () => {
  const states: TokenState[] = [
    {
      ...{
        account: 'kis:real:1',
        purpose: 'rest',
        state: 'present',
        issuesToday: 2,
        generation: 7,
        issuedBy: 'host:9',
      },
      ...{ issuedAt: now - 3_600_000, expiresAt: now + 7_200_000, renewsAt: now + 6_600_000 },
    },
    {
      ...{ account: 'kis:real:2', purpose: 'rest', state: 'refused', issuesToday: 0 },
      ...{ brokerCode: 'EGW00103', brokerMessage: '유효하지 않은' },
    },
    { account: 'kis:real:3', purpose: 'rest', state: 'dead', issuesToday: 1, until: now + 60_000 },
    {
      ...{ account: 'kis:real:1', purpose: 'websocket', state: 'present', issuesToday: 1, generation: 1 },
      ...{ issuedBy: 'host:7', issuedAt: now, expiresAt: now + 7_200_000, renewsAt: now + 6_600_000 },
    },
    { account: 'kis:real:5', purpose: 'rest', state: 'revoked', issuesToday: 1, generation: 8 },
    { account: 'kiwoom:real:4', purpose: 'rest', state: 'none', issuesToday: 0 },
  ];
  const [titles = '', , ...rows] = tokenLines(states, now);
  expect(titles).toMatch(/^account +state +generation +age +issued by +good until +renewal from +issues today$/);
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
    ['kis:real:1', 'good', '7', '1 h 00 min', 'host:9', '2026-11-23 14:00 KST', '2026-11-23 13:50 KST', '2'],
    ['kis:real:2', 'refused: EGW00103 유효하지 않은', '–', '–', '–', '–', '–', '0'],
    ['kis:real:3', 'dead until 2026-11-23 12:01 KST', '–', '–', '–', '–', '–', '1'],
    [
      ...['kis:real:1 (approval key)', 'good', '1', '0.0 s', 'host:7'],
      ...['2026-11-23 14:00 KST', '2026-11-23 13:50 KST', '1'],
    ],
    ['kis:real:5', 'revoked, the next call asks for one', '8', '–', '–', '–', '–', '1'],
    ['kiwoom:real:4', 'none yet', '–', '–', '–', '–', '–', '0'],
  ]);
});

it('tells who else asks for tokens of a key, and how that came out', () => {
  const token = { account: 'kis:real:1', purpose: 'rest', state: 'none', issuesToday: 0 } as const;
  const states: TokenState[] = [
    token,
    { ...token, foreign: { how: 'limit', seenAt: now, brokerMessage: '1분당 1회' } },
    { ...token, account: 'kis:real:2', foreign: { how: 'same-token', seenAt: now, issuedAt: now - 3_600_000 } },
  ];
  expect(foreignLines(states)).toEqual([
    'kis:real:1: somebody outside the hub asks for tokens too; seen 2026-11-23 12:00 KST, when the broker refused one as the second of its minute: 1분당 1회',
    'kis:real:2: somebody outside the hub asks for tokens too; seen 2026-11-23 12:00 KST, when the broker handed out a token that it had made 2026-11-23 11:00 KST',
  ]);
});

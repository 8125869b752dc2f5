import { describe, expect, it } from 'vitest';

import { Announcer, noticeLine } from '../../../src/terminal/notice.js';

const retry = {
  kind: 'retry',
  account: 'kiwoom:real:1',
  endpoint: 'inquire-price',
  attempt: 1,
  waitMs: 400,
  code: 'EGW00201',
} as const;
const preopen = { kind: 'feed-preopen', account: 'kis:real:a', opensInMs: 600_000 } as const;
const wait = { kind: 'token-wait', account: 'kis:real:1', forMs: 58_000 } as const;

describe('notices', () => {
  it.each([
    [{ kind: 'ledger-hold', account: 'a', forMs: 11_000 } as const, 'quota held for 11 s: the gatekeeper is new'],
    [
      { kind: 'token-foreign', account: 'kis:real:1', issuedAt: Date.UTC(2026, 10, 23, 1) } as const,
      'kis: the broker handed out a token that it had made 2026-11-23 10:00 KST, when nobody of this hub asked: another program uses this key, or Redis lost its memory',
    ],
    [wait, 'kis: waiting 58 s for a token: another process asked the broker less than a minute ago'],
    [
      { kind: 'token-failed', account: 'a', code: 'HUB_ANSWER_UNREADABLE', message: 'HTML', forMs: 61_000 } as const,
      'a: no token: HUB_ANSWER_UNREADABLE HTML; the broker is asked again within 1 min 01 s',
    ],
    [
      { kind: 'key-isolated', broker: 'kis', keyId: '0123456789ab', code: 'EGW00103', forMs: 60_000 } as const,
      'kis: key 0123456789ab was turned away (EGW00103); calls go by the other keys for 1 min 00 s',
    ],
    [
      { kind: 'ledger-on-share', account: 'kis:real:a', forMs: 45_000 } as const,
      "kis: the gatekeeper is still away; calls go on over this process's share of the quota, for 45 s at most",
    ],
    [
      { kind: 'feed-denied', broker: 'kis', feed: 'trade:KRX:005930', caller: 'x', why: 'no token' } as const,
      'kis: the live feed trade:KRX:005930 is not for x: no token',
    ],
    [
      { ...preopen, ok: true, problems: [], feeds: 12 },
      'kis: ready for the opening in 10 min 00 s: 12 live feeds of kis:real:a acknowledged',
    ],
    [
      { ...preopen, ok: false, problems: ['there is no socket: x', 'y'], feeds: 0 },
      'kis: NOT ready for the opening in 10 min 00 s, kis:real:a: there is no socket: x; y',
    ],
    [{ kind: 'ledger-back', account: 'kis:real:a' } as const, 'kis: the gatekeeper answers again'],
    [
      { kind: 'ledger-narrowed', account: 'kis:real:a', budget: 'total', limit: 15, told: false } as const,
      'kis: the broker says "too many calls": all processes go by 15 a window of total from now on; hub quota tells why',
    ],
    [
      { kind: 'circuit-open', account: 'kis:real:a', since: 1, forMs: 5_000, tries: 0, code: 'HUB_TIMEOUT' } as const,
      'kis: no answer (HUB_TIMEOUT); no calls for 5 s, then one to see whether it is back',
    ],
    [
      { kind: 'circuit-closed', account: 'kis:real:a', afterMs: 90_000 } as const,
      'kis: it answers again, after 1 min 30 s',
    ],
    [{ kind: 'permit', account: 'a', at: 1 } as const, undefined],
    [retry, undefined],
  ])('%o', (notice, line) => {
    expect(noticeLine(notice, false)).toBe(line);
  });

  it('does not blame another process for a wait that is longer than the minute', () => {
    expect(noticeLine({ ...wait, forMs: 91_000 }, false)).toBe(
      'kis: waiting 1 min 31 s for a token: the broker gives one a minute, and an earlier process may just have asked',
    );
  });

  it('tells of retries with --verbose', () => {
    expect(noticeLine(retry, true)).toBe('inquire-price: EGW00201, attempt 2 in 0.4 s');
  });

  it.each([
    ['unknown', 'kis: answers of inquire-price: a field that nobody documented: output.x'],
    ['missing', 'kis: answers of inquire-price: without a documented field: output.x'],
  ] as const)('tells of fields that are %s with --verbose alone', (change, line) => {
    const notice = { kind: 'drift', broker: 'kis', endpoint: 'inquire-price', field: 'output.x', change } as const;
    expect([noticeLine(notice, true), noticeLine(notice, false)]).toEqual([line, undefined]);
  });

  it('tells that the broker is silent, once in ten seconds', () => {
    const lines: string[] = [];
    let now = 0;
    const announcer = new Announcer((line) => lines.push(line), { verbose: false, now: () => now });
    for (now of [0, 200, 9_999]) announcer.tell({ ...retry, code: 'HUB_BROKER_UNREACHABLE' });
    expect(lines).toEqual(['kiwoom: no answer (HUB_BROKER_UNREACHABLE); trying again']);
    now = 10_000;
    announcer.tell({ ...retry, code: 'HUB_TIMEOUT' });
    expect(lines).toHaveLength(2);
  });

  it('tells of each key that is isolated', () => {
    const lines: string[] = [];
    const announcer = new Announcer((line) => lines.push(line), { verbose: false, now: () => 0 });
    for (const keyId of ['a', 'b', 'a']) {
      announcer.tell({ kind: 'key-isolated', broker: 'kis', keyId, code: 'EGW00103', forMs: 60_000 });
    }
    expect(lines.map((line) => line.slice(0, 10))).toEqual(['kis: key a', 'kis: key b']);
  });

  it('says the same wait once, and again when it is over', () => {
    const lines: string[] = [];
    let now = 0;
    const announcer = new Announcer((line) => lines.push(line), { verbose: false, now: () => now });
    announcer.tell(wait);
    now = 57_999;
    announcer.tell({ ...wait, forMs: 1 });
    expect(lines).toHaveLength(1);
    now = 58_000;
    announcer.tell(wait);
    expect(lines).toHaveLength(2);
  });
});

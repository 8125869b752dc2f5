import { describe, expect, it } from 'vitest';

import { exportLine } from '../../../src/command/redis-servers.js';
import { simExportLines, simOptions } from '../../../src/command/sim.js';

describe('hub sim', () => {
  it('passes on only what was typed', () => {
    expect(simOptions({})).toEqual({ limit: {}, kiwoom: { limit: {} } });
    const clock = '2026-11-27T09:00+09:00';
    expect(
      simOptions({ port: '0', clock, limit: '5', kiwoomLimit: '2', window: 'bucket', tokenMinuteMs: '500' }),
    ).toEqual({
      port: 0,
      clock,
      limit: { perSecond: 5, window: 'bucket' },
      kiwoom: { limit: { perTr: 2, window: 'bucket' } },
      tokenMinuteMs: 500,
    });
  });

  it('prints what differs from the defaults of the hub', () => {
    const names = (flags: Parameters<typeof simExportLines>[1]): string[] =>
      simExportLines('http://127.0.0.1:1', flags).map((line) => line.replace(/^export (\w+)=.*/, '$1'));
    expect(names({})).toEqual([
      ...['HUB_KIS_BASE_URL', 'HUB_KIS_APP_KEY', 'HUB_KIS_APP_SECRET'],
      ...['HUB_KIWOOM_BASE_URL', 'HUB_KIWOOM_APP_KEY', 'HUB_KIWOOM_SECRET_KEY'],
    ]);
    expect(names({ kiwoomLimit: '3' })).toContain('HUB_KIWOOM_PER_SECOND');
    expect(simExportLines('http://127.0.0.1:1', { limit: '400', tokenMinuteMs: '500', environment: 'paper' })).toEqual(
      expect.arrayContaining([
        'export HUB_KIS_ENV=paper',
        'export HUB_KIWOOM_ENV=paper',
        'export HUB_KIS_PER_SECOND=100',
        'export HUB_KIS_TOKEN_COOLDOWN_MS=1500',
      ]),
    );
  });

  it('quotes what a shell would read', () => {
    expect(exportLine('A', 'unix:///tmp/a.sock')).toBe('export A=unix:///tmp/a.sock');
    expect(exportLine('A', "it's $HOME")).toBe(String.raw`export A='it'\''s $HOME'`);
  });
});

import { describe, expect, it } from 'vitest';
import { TokenDesk } from '../../src/account/tokens.js';
import { ApprovalDesk } from '../../src/account/approvals.js';
import { demoKeys, demoKiwoomKeys, KeyRing, kisForm, kiwoomForm } from '../../src/account/keys.js';
import { kisToken } from '../../src/wire/kis/token.js';
import { isTokenOf, kiwoomToken } from '../../src/wire/kiwoom/token.js';

const HOUR = 3_600_000;
const settings = {
  tokenMinuteMs: 60_000,
  sameTokenMs: 6 * HOUR,
  tokenLifeMs: 24 * HOUR,
  deadTokenTrap: false,
  newTokenKillsOld: false,
  seed: 1,
};
const open = (deadTokenTrap = false): TokenDesk => new TokenDesk({ ...settings, deadTokenTrap }, kisToken);

describe('issuing', () => {
  it('is refused within a minute of the last issue, per key', () => {
    const desk = open();
    expect(desk.issue('a', 0)).toBeDefined();
    expect(desk.issue('a', 59_999)).toBeUndefined();
    expect(desk.issue('b', 59_999)).toBeDefined();
    expect(desk.issue('a', 60_000)).toBeDefined();
  });

  it('hands out the same token for six hours, then a new one; both stay valid for their day', () => {
    const desk = open();
    const first = desk.issue('a', 0);
    expect(desk.issue('a', 6 * HOUR - 1)).toBe(first);
    const second = desk.issue('a', 6 * HOUR + 60_000);
    expect(second?.text).not.toBe(first?.text);
    expect(desk.state(first?.text ?? '', 'a', 24 * HOUR - 1)).toBe('valid');
    expect(desk.state(first?.text ?? '', 'a', 24 * HOUR)).toBe('expired');
  });

  it('replaces a dead token, unless the trap is set', () => {
    for (const [trap, same] of [
      [false, false],
      [true, true],
    ] as const) {
      const desk = open(trap);
      const first = desk.issue('a', 0);
      desk.revoke(first?.text ?? '', 'a');
      expect(desk.issue('a', 60_000)?.text === first?.text).toBe(same);
    }
  });

  it('looks like a JWT and carries no app key', () => {
    const text = open().issue('a', 0)?.text ?? '';
    expect(text.split('.')).toHaveLength(3);
    expect(Math.abs(text.length - 350)).toBeLessThan(30);
    expect(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).not.toContain(demoKeys.appKey);
  });
});

describe('a token', () => {
  it('means nothing to another key', () => {
    const desk = open();
    const token = desk.issue('a', 0)?.text ?? '';
    expect(desk.state(token, 'b', 0)).toBe('unknown');
    expect(desk.revoke(token, 'b')).toBe(false);
    expect(desk.state(token, 'a', 0)).toBe('valid');
  });

  it('dies on order, of one key or of all', () => {
    const desk = open();
    const [a, b] = [desk.issue('a', 0)?.text ?? '', desk.issue('b', 0)?.text ?? ''];
    expect(desk.kill('expired', 'a')).toBe(1);
    expect([desk.state(a, 'a', 1), desk.state(b, 'b', 1)]).toEqual(['expired', 'valid']);
    expect(desk.kill('revoked')).toBe(1);
    expect(desk.state(b, 'b', 1)).toBe('unknown');
  });
});

describe('tokens of Kiwoom', () => {
  const write = ({ noise }: { noise: string }) => kiwoomToken(noise, 'real');
  const kiwoom = (newTokenKillsOld: boolean): TokenDesk =>
    new TokenDesk(
      { ...settings, tokenMinuteMs: 0, sameTokenMs: newTokenKillsOld ? 0 : 24 * HOUR, newTokenKillsOld },
      write,
    );

  it('are known by their owner, dead or alive', () => {
    const desk = kiwoom(false);
    const token = desk.issue('a', 0)?.text ?? '';
    expect(desk.issue('a', 1)?.text).toBe(token);
    desk.kill('expired');
    expect([desk.ownerOf(token), desk.ownerOf('x')]).toEqual(['a', undefined]);
  });

  it('end with the next one when told so, within one key', () => {
    const desk = kiwoom(true);
    const [first, other, second] = ['a', 'b', 'a'].map((key) => desk.issue(key, 0)?.text ?? '');
    expect(desk.state(first ?? '', 'a', 1)).toBe('unknown');
    expect([desk.state(other ?? '', 'b', 1), desk.state(second ?? '', 'a', 1)]).toEqual(['valid', 'valid']);
  });

  it('are 86 URL-safe characters that tell their domain', () => {
    const token = kiwoomToken('ab'.repeat(32), 'paper');
    expect(token).toMatch(/^[\w-]{86}$/);
    expect([isTokenOf(token, 'paper'), isTokenOf(token, 'real'), isTokenOf('x', 'paper')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('approval keys', () => {
  it('are UUIDs that live for a day, each on its own', () => {
    const desk = new ApprovalDesk({ lifeMs: 24 * HOUR, seed: 1 });
    const first = desk.issue('a', 0);
    const second = desk.issue('a', 1);
    expect(first).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect(desk.ownerOf(first, 24 * HOUR - 1)).toBe('a');
    expect(desk.ownerOf(first, 24 * HOUR)).toBeUndefined();
  });
});

describe('key pairs', () => {
  it('are told apart by what is wrong with them', () => {
    const ring = new KeyRing([demoKeys], false, kisForm);
    expect(ring.check('', '')).toEqual({ problem: 'app-key-missing' });
    expect(ring.check('x', demoKeys.appSecret)).toEqual({ problem: 'app-key-unknown' });
    expect(ring.check(demoKeys.appKey, '')).toEqual({ problem: 'secret-missing' });
    expect(ring.check(demoKeys.appKey, 'x')).toEqual({ problem: 'secret-wrong' });
    expect(ring.check(demoKeys.appKey, demoKeys.appSecret)).toEqual({ key: demoKeys });
  });

  it('are read by the form of their broker', () => {
    const ring = new KeyRing([demoKiwoomKeys], true, kiwoomForm);
    expect(ring.check(demoKiwoomKeys.appKey, demoKiwoomKeys.secretKey)).toEqual({ key: demoKiwoomKeys });
    expect(ring.check(demoKiwoomKeys.appKey, 'x')).toEqual({ problem: 'secret-wrong' });
    expect(ring.check('x', 'y')).toEqual({ key: { appKey: 'x', secretKey: 'y' } });
  });

  it('may be anything when asked for', () => {
    expect(new KeyRing([], true, kisForm).check('x', 'y')).toEqual({ key: { appKey: 'x', appSecret: 'y' } });
  });

  it('have the lengths of the real ones and a short public name', () => {
    expect([demoKeys.appKey.length, demoKeys.appSecret.length]).toEqual([36, 180]);
    expect([demoKiwoomKeys.appKey.length, demoKiwoomKeys.secretKey.length]).toEqual([43, 43]);
    expect(new KeyRing([], true, kisForm).idOf('abc')).toBe('ba7816bf8f01');
  });
});

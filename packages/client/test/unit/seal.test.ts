import { describe, expect, it } from 'vitest';

import { gcmSeal, isSealed } from '../../src/vault/redis/seal.js';

const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const seal = gcmSeal(old);

describe('a sealed token', () => {
  it('opens with its key and its record', () => {
    const stored = seal.close('a token', 'record#1');
    expect(isSealed(stored)).toBe(true);
    expect(stored).not.toContain('a token');
    expect(seal.open(stored, 'record#1')).toBe('a token');
  });

  it('looks different every time', () => {
    expect(seal.close('a token', 'record#1')).not.toBe(seal.close('a token', 'record#1'));
  });

  it.each([
    ['another key', () => gcmSeal(Buffer.alloc(32, 2)).open(seal.close('a token', 'record#1'), 'record#1')],
    ['another record', () => seal.open(seal.close('a token', 'record#1'), 'record#2')],
    ['a changed text', () => seal.open(`${seal.close('a token', 'record#1').slice(0, -6)}AAAA==`, 'record#1')],
    ['a cut text', () => seal.open('gcm1.AAAA', 'record#1')],
  ])('does not open with %s', (_what, open) => {
    expect(open).toThrow(expect.objectContaining({ code: 'HUB_VAULT_KEY' }));
  });
});

it('while a key is changed, opens what either has closed, and closes with the first', () => {
  const changing = gcmSeal(fresh, old);
  expect(changing.open(seal.close('a token', 'record#1'), 'record#1')).toBe('a token');
  const closed = changing.close('a token', 'record#1');
  expect(gcmSeal(fresh).open(closed, 'record#1')).toBe('a token');
  expect(() => seal.open(closed, 'record#1')).toThrow(expect.objectContaining({ code: 'HUB_VAULT_KEY' }));
});

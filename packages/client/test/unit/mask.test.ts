import { describe, expect, it } from 'vitest';

import { masked } from '../../src/runtime/mask.js';

describe('secrets in a text', () => {
  it.each([
    ['as they are', 'bad key PS-canary/1+2=', 'bad key ***'],
    ['in JSON with escaped slashes', String.raw`{"m":"PS-canary\/1+2="}`, '{"m":"***"}'],
    ['in a query', '?appkey=PS-canary%2F1%2B2%3D&x=1', '?appkey=***&x=1'],
    ['more than once', 'PS-canary/1+2= PS-canary/1+2=', '*** ***'],
  ])('are hidden %s', (_what, text, expected) => {
    expect(masked(text, ['PS-canary/1+2='])).toBe(expected);
  });

  it('are hidden whole when one contains another', () => {
    expect(masked('secret-long secret', ['secret', 'secret-long'])).toBe('*** ***');
  });

  it('that are none tear no words apart', () => {
    expect(masked('a word', ['', 'a', 'word'])).toBe('a word');
  });
});

import { describe, expect, it } from 'vitest';

import { claimsOf, issueCaller, showCaller } from '../../../src/command/callers.js';
import type { Context } from '../../../src/command/context.js';
import { Screen } from '../../../src/terminal/screen.js';

const now = 1_795_754_689_954;
const day = 86_400;
const env = { HUB_CALLER_KEY: 'ab'.repeat(32) };

const contextOf = (given: Context['env']) => {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (lines: string[]) => ({ write: (text: string) => lines.push(text.trimEnd()) });
  const base = { json: false, verbose: false, env: given, secrets: [] };
  const screen = new Screen({ stdout: sink(out), stderr: sink(err), ...base });
  return { out, err, context: { screen, env: given, stop: new AbortController().signal, now: () => now } };
};

describe('hub callers issue', () => {
  it('prints the token alone where results go, and the words beside it', () => {
    const { out, err, context } = contextOf(env);
    issueCaller(context, 'collector', { allow: 'inquire-price,ka10001', share: '0.3', days: '1' });
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(/^hub1\.[\w-]+\.[\w-]{43}$/);
    expect(err.join('\n')).toContain('may call: inquire-price, ka10001, no orders');
    const shown = contextOf({ ...env, HUB_CALLER: out[0] });
    showCaller(shown.context, undefined);
    expect(shown.out).toEqual([...err, 'signature: good']);
    const elsewhere = contextOf({ HUB_CALLER_KEY: 'cd'.repeat(32) });
    showCaller(elsewhere.context, out[0]);
    expect(elsewhere.out.at(-1)).toBe('signature: not of the key that is set here');
    // Anywhere else it is hidden.
    elsewhere.context.screen.say(`HUB_CALLER=${out[0] ?? ''}`);
    expect(elsewhere.out.at(-1)).toBe('HUB_CALLER=hub1.***');
  });

  it('allows all reads for 90 days unless told otherwise', () => {
    expect(claimsOf('x', { days: '90' }, now)).toEqual({
      ...{ name: 'x', allow: ['*'], classes: ['realtime', 'interactive', 'backfill'] },
      until: Math.floor(now / 1_000) + 90 * day,
    });
    expect(claimsOf('x', { classes: 'order,order', days: '1' }, now).classes).toEqual(['order']);
  });

  it('tells everything that is wrong at once, and where the key is missing', () => {
    const wrong = { allow: 'inquire-prise', classes: 'urgent', share: '2', days: '0' };
    expect(() => claimsOf('a b', wrong, now)).toThrow(
      expect.objectContaining({ problems: expect.objectContaining({ length: 5 }) }),
    );
    const { context } = contextOf({});
    expect(() => issueCaller(context, 'x', { days: '1' })).toThrow(/HUB_CALLER_KEY is not set/);
    expect(() => showCaller(context, 'hub1.x.y')).toThrow(/no token of a caller/);
  });
});

import { describe, expect, it } from 'vitest';

import { redactor, secretsOf } from '../../../src/terminal/redaction.js';
import { Screen } from '../../../src/terminal/screen.js';

class Page {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

const open = (options: { tty?: boolean; json?: boolean; verbose?: boolean; env?: Record<string, string> } = {}) => {
  const { tty = false, json = false, verbose = false, env = {} } = options;
  const stdout = new Page(tty);
  const stderr = new Page(tty);
  return { stdout, stderr, screen: new Screen({ stdout, stderr, json, verbose, env, secrets: secretsOf(env) }) };
};

const failure = Object.assign(new Error('it broke'), { code: 'HUB_BROKEN', remedy: 'Mend it.' });
const escape = '\u001b';

describe('screen', () => {
  it('keeps stdout for results and stderr for the way there', () => {
    const { screen, stdout, stderr } = open();
    screen.note('on the way');
    screen.say('result');
    screen.emit({ hidden: true });
    expect([stdout.text, stderr.text]).toEqual(['result\n', 'on the way\n']);
  });

  it('gives stdout to JSON alone with --json', () => {
    const { screen, stdout, stderr } = open({ json: true });
    screen.say('for people');
    screen.emit({ ok: true });
    expect([stdout.text, stderr.text]).toEqual(['{"ok":true}\n', 'for people\n']);
  });

  it('reports a failure as one line, and as JSON with the figures', () => {
    const { screen, stdout, stderr } = open({ json: true });
    expect(screen.fail(failure, { rows: 3 })).toBe(1);
    expect(stderr.text).toBe('HUB_BROKEN it broke → Mend it.\n');
    expect(JSON.parse(stdout.text)).toEqual({
      ok: false,
      code: 'HUB_BROKEN',
      message: 'it broke',
      remedy: 'Mend it.',
      rows: 3,
    });
  });

  it('adds the stack only with --verbose', () => {
    const quiet = open();
    quiet.screen.fail(failure);
    expect(quiet.stderr.text).not.toContain('screen.test');
    const verbose = open({ verbose: true });
    verbose.screen.fail(failure);
    expect(verbose.stderr.text).toContain('screen.test');
  });

  it('draws no status and no colour without a terminal', () => {
    const { screen, stderr } = open();
    screen.status('50 %');
    screen.fail(failure);
    expect(stderr.text).not.toMatch(/50 %|\u001b/);
  });

  it('moves the status below every line that is written', () => {
    const { screen, stderr } = open({ tty: true });
    screen.status('50 %');
    screen.note('news');
    const clear = `\r${escape}[2K`;
    expect(stderr.text).toBe(`${clear}50 %${clear}news\n${clear}50 %`);
  });

  it('respects NO_COLOR and dumb terminals', () => {
    const coloured = open({ tty: true });
    coloured.screen.fail(failure);
    expect(coloured.stderr.text).toContain(`${escape}[31mHUB_BROKEN`);
    const plain = open({ tty: true, env: { NO_COLOR: '1' } });
    plain.screen.fail(failure);
    expect(plain.stderr.text).not.toContain(`${escape}[31m`);
    expect(open({ tty: true, env: { TERM: 'dumb' } }).screen.live).toBe(false);
  });

  it('hides secrets on every way out, except where they are meant to be shown', () => {
    const env = { HUB_KIS_APP_KEY: 'PScanarycanary', HUB_KIS_APP_SECRET: 'canary+secret/=="x' };
    const { screen, stdout, stderr } = open({ json: true, verbose: true, env });
    screen.say(`key ${env.HUB_KIS_APP_KEY}`);
    screen.emit({ secret: env.HUB_KIS_APP_SECRET });
    screen.fail(Object.assign(new Error(env.HUB_KIS_APP_SECRET), { code: 'HUB_X', cause: env.HUB_KIS_APP_KEY }));
    expect(stdout.text + stderr.text).not.toMatch(/canary/);
    screen.showing(env.HUB_KIS_APP_KEY).say(`key ${env.HUB_KIS_APP_KEY}`);
    expect(stderr.text).toContain('key PScanarycanary');
  });
});

describe('redaction', () => {
  it('finds the passwords of Redis URLs', () => {
    const secrets = secretsOf({ REDIS_URL: 'redis://user:pass%2Fword@host', REDIS_URL_GATEKEEPER: 'not a url' });
    const locks = secretsOf({ HUB_LOCK_URLS: 'redis://:password1@a, redis://:password2@b,redis://c' });
    expect(locks).toEqual(['password1', 'password2']);
    expect(secrets).toEqual(['pass/word']);
    expect(redactor(secrets)('pass/word pass%2Fword')).toBe('*** ***');
  });

  it('finds every secret in a list of keys, whether it can be read or not', () => {
    const keys = [
      { appKey: 'PSone-canary', appSecret: 'canary+one/=="x', account: '12345678-01', newSince: '2026-11-23' },
      { appKey: 'PStwo-canary', secretKey: 'two canary' },
    ];
    const text = JSON.stringify(keys);
    for (const list of [text, text.slice(0, -3), `'${text}'`]) {
      const hide = redactor(secretsOf({ HUB_KIS_KEYS: list }));
      for (const { appKey, ...secrets } of keys) {
        for (const secret of [appKey, ...Object.values(secrets)]) expect(hide(secret)).not.toMatch(/canary|5678/);
      }
      expect(hide(list)).not.toContain('canary');
      expect(hide('kis.keys.0.appSecret is missing since 2026-11-23')).toBe(
        'kis.keys.0.appSecret is missing since 2026-11-23',
      );
    }
    expect(secretsOf({ HUB_KIWOOM_KEYS: text })).toContain('PStwo-canary');
  });

  it('hides what looks like a token though nobody told it', () => {
    const hide = redactor([]);
    expect(hide('authorization: Bearer abc.def-123')).toBe('authorization: Bearer ***');
    expect(hide('eyJhbGciOiJIUzUxMiJ9.eyJzdWIi.c2lnbg')).toBe('***');
    expect(hide('{"access_token":"abcdef","a":1}')).toBe('{"access_token":"***","a":1}');
    expect(hide('redis://:hunter2@host:6379')).toBe('redis://:***@host:6379');
  });

  it('hides the account, however it is written', () => {
    const given = [{ HUB_KIS_ACCOUNT: '7391582601' }, { HUB_KIS_KEYS: '[{"account":"73915826-01"}]' }];
    for (const env of given) {
      expect(redactor(secretsOf(env))('73915826-01 7391582601 CANO=73915826')).toBe('*** *** CANO=***');
    }
  });

  it('leaves short settings and plain text alone', () => {
    expect(secretsOf({ HUB_KIS_APP_KEY: 'abc' })).toEqual([]);
    const keys = [
      'HUB_KIS_APP_KEY',
      'HUB_KIS_APP_SECRET',
      'HUB_KIWOOM_APP_KEY',
      'HUB_KIWOOM_SECRET_KEY',
      'HUB_VAULT_KEY',
    ];
    const env = Object.fromEntries(keys.map((name) => [name, `canary-of-${name}`]));
    expect(redactor(secretsOf(env))(Object.values(env).join(' '))).toBe('*** *** *** *** ***');
    expect(redactor([])('the bearer of news')).toBe('the bearer of news');
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { flawOf } from '../../src/hub/keys-file.js';
import { settingsOf } from '../../src/hub/settings.js';
import type { HubOptions } from '../../src/index.js';

const redis = { main: 'redis://127.0.0.1:6379', gatekeeper: 'unix:///run/gatekeeper.sock' };
const kis = { appKey: 'PSkey-canary', appSecret: 'secret-canary', account: '12345678-01' };
const kiwoom = { appKey: 'kiwoom-key-canary', secretKey: 'kiwoom-secret-canary' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = (contents: unknown, mode = 0o600): string => {
  const path = join(folder, 'keys.json');
  writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents));
  chmodSync(path, mode);
  return path;
};

const problemOf = (keysFile: string, env: Record<string, string> = {}, options: HubOptions = {}) => {
  try {
    settingsOf({ redis, ...options }, { HUB_KEYS_FILE: keysFile, ...env });
  } catch (error) {
    expect(inspect(error, { depth: 10 })).not.toContain('canary');
    return error as { code: string; problems: readonly string[]; remedy: string };
  }
  throw new Error('this file was taken');
};

describe('a key file', () => {
  it('has the keys that the environment need not have', () => {
    const env = { HUB_KEYS_FILE: file({ kis, kiwoom: { keys: [kiwoom] }, vaultKey: 'ab'.repeat(32) }) };
    const settings = settingsOf({ redis }, { ...env, HUB_KIS_PER_SECOND: '7' });
    expect(settings).toMatchObject({ kis: { perSecond: 7, keys: [kis] }, kiwoom: { keys: [kiwoom] } });
    expect(settings).toMatchObject({ vaultKey: Buffer.from('ab'.repeat(32), 'hex') });
    expect(settings).not.toHaveProperty('keysFile');
  });

  it('gives way to keys that the program names', () => {
    const own = { appKey: 'own', appSecret: 'own' };
    const settings = settingsOf({ redis, keysFile: file({ kis, kiwoom }), kis: own }, {});
    expect(settings).toMatchObject({ kis: { keys: [own] }, kiwoom: { keys: [kiwoom] } });
  });

  it('is not mixed with secrets of the environment', () => {
    const { code, problems } = problemOf(file({ kis, vaultKey: 'x' }), {
      ...{ HUB_KIS_ACCOUNT: '87654321-01', HUB_KIS_KEYS: '[]', HUB_VAULT_KEY: 'y' },
      ...{ HUB_KIWOOM_APP_KEY: 'of another broker' },
    });
    expect(code).toBe('HUB_CONFIG');
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'HUB_KIS_ACCOUNT',
      'HUB_KIS_KEYS',
      'HUB_VAULT_KEY',
    ]);
  });

  it.each([0o640, 0o604, 0o620, 0o601, 0o666])('that others may use is refused with what to type: mode %o', (mode) => {
    const path = file({ kis }, mode);
    const found = `others than its owner may use ${path} (mode 0${mode.toString(8)}): type  chmod 600 ${path}`;
    expect(problemOf(path)).toMatchObject({ code: 'HUB_CONFIG', problems: [`keysFile (HUB_KEYS_FILE): ${found}`] });
  });

  it('is judged where its link leads', () => {
    const link = join(folder, 'link');
    symlinkSync(file({ kis }), link);
    expect(settingsOf({ redis, keysFile: link }, {})).toMatchObject({ kis: { keys: [kis] } });
    chmodSync(join(folder, 'keys.json'), 0o644);
    expect(problemOf(link).problems[0]).toContain('(mode 0644)');
  });

  it('belongs to the user of the process or to root', () => {
    const found = { path: '/etc/hub/my keys.json', isFile: true, uid: 7, gid: 7, mode: 0o600, size: 1 };
    expect(flawOf(found, 7, {})).toBeUndefined();
    expect(flawOf({ ...found, uid: 0 }, 7, {})).toBeUndefined();
    expect(flawOf({ ...found, uid: 8 }, 7, {})).toBe(
      "/etc/hub/my keys.json belongs to user 8, and this process runs as 7: type  chown 7 '/etc/hub/my keys.json' && chmod 600 '/etc/hub/my keys.json'",
    );
    expect(flawOf({ ...found, uid: 8 }, 0, {})).toContain('belongs to user 8');
  });

  it('that systemd lends is taken, from the folder of the unit alone', () => {
    const env = { CREDENTIALS_DIRECTORY: '/run/credentials/hub.service' };
    const lent = {
      ...{ path: '/run/credentials/hub.service/keys', isFile: true },
      ...{ uid: 0, gid: 0, mode: 0o100440, size: 1 },
    };
    expect(flawOf(lent, 7, env)).toBeUndefined();
    for (const other of [{ path: '/etc/keys' }, { mode: 0o460 }, { mode: 0o444 }, { gid: 7 }]) {
      expect(flawOf({ ...lent, ...other }, 7, env)).toContain('type  chmod 600');
    }
    expect(flawOf(lent, 7, {})).toContain('type  chmod 600');
  });

  it('that is none is refused, and a pipe does not hold the start up', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    expect(problemOf(pipe).problems[0]).toContain(`${pipe} is no regular file`);
    expect(problemOf(folder).problems[0]).toMatch(/is no regular file|is a folder/);
    expect(problemOf(join(folder, 'none')).problems[0]).toContain('there is no such file');
    expect(problemOf(file('x'.repeat(262_145))).problems[0]).toContain('too large');
  });

  it.each([
    ['no JSON', '{"kis": canary', 'must be a JSON object'],
    ['a list', ['canary'], 'must be a JSON object'],
    ['nothing of use', {}, 'holds no keys'],
    ['an unknown name', { kis, 'secret-canary': 1 }, 'has a name that means nothing here'],
    ['an unknown field', { kis: { ...kis, 'canary-key': 1 } }, 'kis in'],
    ['a broker that is no object', { kis: 'canary' }, 'must be an object'],
    ['half a key', { kis: { appKey: 'canary' } }, 'kis.appSecret (HUB_KIS_APP_SECRET) is missing'],
  ])('%s is refused, and nothing of it is quoted', (_what, contents, words) => {
    expect(problemOf(file(contents)).problems.join('\n')).toContain(words);
  });
});

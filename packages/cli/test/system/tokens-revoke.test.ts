import { createHub, keyIdOf } from '@hub/client';
import { describe, expect, it } from 'vitest';

import { canary, openStage, type Stage } from '../support/stage.js';

const keyId = keyIdOf(canary.appKey);
const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

/** What a program does that uses the same key. */
const callOnce = async ({ env }: Stage): Promise<void> => {
  await using hub = createHub({ kis: { tokenCooldownMs: 500 } }, { env });
  await hub.kis.call('inquire-price', price);
};

const paths = ({ sim }: Stage): string[] => sim.journal().entries.map(({ path }) => path);

describe('hub tokens revoke', () => {
  it('says what would happen, and does it with --yes alone', async () => {
    await using stage = await openStage({ tokenMinuteMs: 400 });
    await callOnce(stage);
    const asked = await stage.run(['tokens', 'revoke', '--broker', 'kis']);
    expect(asked.exitCode).toBe(2);
    expect(asked.stdout).toMatch(new RegExp(`^would revoke the token of kis:real:${keyId}: generation 1, issued `));
    expect(asked.stdout).toContain('HUB_TOKEN_DEAD');
    expect(asked.stdout).toContain('Nothing was done. Say --yes to do it.');
    expect(paths(stage)).not.toContain('/oauth2/revokeP');

    const done = await stage.run(['tokens', 'revoke', '--broker', 'kis', '--key', keyId, '--yes', '--json']);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.json).toEqual({ account: `kis:real:${keyId}`, revoked: true, generation: 1, forgotten: true });
    expect(paths(stage).at(-1)).toBe('/oauth2/revokeP');

    const listed = await stage.run(['tokens']);
    expect(listed.stdout).toContain('revoked, the next call asks for one');
    await callOnce(stage);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
  });

  it('has nothing to do where no token is stored', async () => {
    await using stage = await openStage();
    const { exitCode, json } = await stage.run(['tokens', 'revoke', '--broker', 'kis', '--yes', '--json']);
    expect(exitCode).toBe(1);
    expect(json).toEqual({ revoked: false });
    expect(paths(stage)).toEqual([]);
  });

  it.each([
    ['no broker', [], '--broker is missing', 'Set up here: kis.'],
    ['a broker that is not set up', ['--broker', 'kiwoom'], '--broker kiwoom', 'Set up here: kis.'],
    ['an unknown key', ['--broker', 'kis', '--key', 'abc'], '--key abc is not set up here', keyId],
    ['a word too many', ['--broker', 'kis', 'all'], 'all', '--help'],
  ])('refuses %s', async (_what, words, message, remedy) => {
    await using stage = await openStage();
    const { exitCode, stderr } = await stage.run(['tokens', 'revoke', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^HUB_USAGE /);
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
  });

  it('wants to be told which of several keys', async () => {
    await using stage = await openStage();
    const keys = [canary, { appKey: 'PSsecondSecondSecondSecondSecond0002', appSecret: 'second-secret' }];
    const env = { HUB_KIS_APP_KEY: '', HUB_KIS_APP_SECRET: '', HUB_KIS_KEYS: JSON.stringify(keys) };
    const { exitCode, stderr } = await stage.run(['tokens', 'revoke', '--broker', 'kis', '--yes'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--key is missing, and there are several keys');
    expect(stderr).toContain(keys.map(({ appKey }) => keyIdOf(appKey)).join(', '));
  });
});

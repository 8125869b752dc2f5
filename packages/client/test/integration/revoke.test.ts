import { describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import {
  keyIdOf,
  revokeToken,
  settingsOf,
  tokenStates,
  type DirectSettings,
  type HubOptions,
} from '../../src/index.js';
import { openKiwoomStage, openStage, priceOf, type Stage } from '../support/hub.js';

const settingsWith = (options: HubOptions): DirectSettings => {
  const settings = settingsOf({ redis: redisUrls(), ...options }, {});
  if (settings.mode !== 'direct') throw new Error('not the settings that were asked for');
  return settings;
};

const kisSettings = ({ key, sim }: Stage, more: HubOptions['kis'] = {}) =>
  settingsWith({ kis: { ...key, baseUrl: sim.url, ...more } });

describe('revoking a token', () => {
  it('ends it at KIS, and the next call of anybody gets a new one', async () => {
    await using stage = await openStage();
    const [left, right] = [stage.hub(), stage.hub()];
    const call = (hub = left) => hub.kis.call('inquire-price', priceOf('005930'));
    await Promise.all([call(left), call(right)]);
    const settings = kisSettings(stage);
    const keyId = keyIdOf(stage.key.appKey);
    const account = `kis:real:${keyId}`;
    expect(await revokeToken(settings, { broker: 'kis', keyId })).toEqual({
      ...{ account, revoked: true, generation: 1, forgotten: true },
    });
    expect(await tokenStates(settings, 'kis')).toMatchObject([{ account, state: 'revoked', generation: 1 }]);
    const answers = await Promise.all([call(left), call(right), call(stage.hub())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
    expect(await tokenStates(settings, 'kis')).toMatchObject([{ state: 'present', generation: 2 }]);
  });

  it('ends it at Kiwoom', async () => {
    await using stage = await openKiwoomStage();
    const call = () => stage.hub().kiwoom.call('ka10001', { stk_cd: '005930' });
    await call();
    const settings = settingsWith({ kiwoom: { ...stage.key, baseUrl: stage.sim.url } });
    const keyId = keyIdOf(stage.key.appKey);
    expect(await revokeToken(settings, { broker: 'kiwoom', keyId })).toMatchObject({ revoked: true, forgotten: true });
    expect(stage.sim.journal().entries.at(-1)).toMatchObject({ path: '/oauth2/revoke', tr: 'au10002', code: '0' });
    expect(await call()).toMatchObject({ status: 200 });
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 0, kiwoom: 2, refused: 0 });
  });

  it('leaves a newer token alone that was stored meanwhile', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    const call = () => hub.kis.call('inquire-price', priceOf('005930'));
    await call();
    stage.sim.faults.add({ kind: 'delay', ms: 2_500, match: { path: 'revokeP' } });
    const settings = kisSettings(stage);
    const revoked = revokeToken(settings, { broker: 'kis', keyId: keyIdOf(stage.key.appKey) });
    await expect.poll(() => stage.sim.journal().entries.at(-1)?.path).toBe('/oauth2/revokeP');
    await call();
    expect(await revoked).toMatchObject({ generation: 1, forgotten: false });
    expect(await tokenStates(settings, 'kis')).toMatchObject([{ state: 'present', generation: 2 }]);
  });

  it('spends a permit of the key', async () => {
    await using stage = await openStage({ limit: { perSecond: 1 } });
    const slow = { perSecond: 1 };
    const hub = stage.hub({ kis: slow });
    await hub.kis.call('inquire-price', priceOf('005930'));
    await revokeToken(kisSettings(stage, slow), { broker: 'kis', keyId: keyIdOf(stage.key.appKey) });
    const [call, revocation] = stage.sim.journal().entries.slice(-2);
    expect(revocation?.path).toBe('/oauth2/revokeP');
    expect((revocation?.at ?? 0) - (call?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('that the broker hands out again within hours is told as dead, by the next call', async () => {
    await using stage = await openStage({ deadTokenTrap: true });
    const hub = stage.hub();
    const call = () => hub.kis.call('inquire-price', priceOf('005930'));
    await call();
    await revokeToken(kisSettings(stage), { broker: 'kis', keyId: keyIdOf(stage.key.appKey) });
    await expect(call()).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
  });

  it('does nothing where no token is stored, and knows its keys', async () => {
    await using stage = await openStage();
    const settings = kisSettings(stage);
    const keyId = keyIdOf(stage.key.appKey);
    expect(await revokeToken(settings, { broker: 'kis', keyId })).toMatchObject({ revoked: false });
    await expect(revokeToken(settings, { broker: 'kis', keyId: 'unknown' })).rejects.toMatchObject({
      code: 'HUB_CONFIG',
    });
    expect(stage.sim.journal().entries).toEqual([]);
  });
});

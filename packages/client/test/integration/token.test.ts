import { describe, expect, it } from 'vitest';

import type { Notice } from '../../src/index.js';
import { freshKey, openStage, priceOf, tokenMinuteMs } from '../support/hub.js';

describe('the shared token', () => {
  it('is asked for once by three hubs that start at the same moment', async () => {
    await using stage = await openStage();
    const hubs = [stage.hub(), stage.hub(), stage.hub()];
    const answers = await Promise.all(hubs.map((hub) => hub.kis.call('inquire-price', priceOf('005930'))));
    expect(answers.map(({ body }) => body.rt_cd)).toEqual(['0', '0', '0']);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 1, kiwoom: 0, refused: 0 });
  });

  it('is renewed once when it expires in the middle of a run, and no call fails', async () => {
    await using stage = await openStage();
    const hubs = [stage.hub(), stage.hub()];
    const call = async (index: number) => hubs[index % 2]?.kis.call('inquire-price', priceOf('005930'));
    await Promise.all([call(0), call(1)]);
    stage.sim.killTokens('expired');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => call(index)));
    expect(answers.every((answer) => answer?.body.rt_cd === '0')).toBe(true);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
  });

  it('is not renewed a second time for a call whose renewed token is rejected as well', async () => {
    await using stage = await openStage();
    const hub = stage.hub();
    stage.sim.faults.add({ kind: 'expire-token', match: { path: 'inquire-price' } });
    await expect(hub.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: 'HUB_TOKEN_REJECTED',
      brokerCode: 'EGW00123',
    });
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
  });

  it('that the broker hands out again although it rejects it ends in HUB_TOKEN_DEAD, without further requests', async () => {
    await using stage = await openStage({ deadTokenTrap: true });
    const hub = stage.hub();
    await hub.kis.call('inquire-price', priceOf('005930'));
    stage.sim.killTokens('expired');
    const call = () => hub.kis.call('inquire-price', priceOf('005930'));
    await expect(call()).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
    await expect(stage.hub().kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: 'HUB_TOKEN_DEAD',
    });
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
  });

  it('of a wrong key is refused for every waiting hub at once, with one request', async () => {
    await using stage = await openStage();
    const { appKey } = freshKey();
    const hubs = [1, 2, 3].map(() => stage.hub({ kis: { appKey } }));
    const before = performance.now();
    const results = await Promise.allSettled(hubs.map((hub) => hub.kis.call('inquire-price', priceOf('005930'))));
    expect(results.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual([
      'HUB_TOKEN_REFUSED',
      'HUB_TOKEN_REFUSED',
      'HUB_TOKEN_REFUSED',
    ]);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 0, kiwoom: 0, refused: 1 });
  });

  it('that somebody outside the hub asked for is waited out, and the user is told', async () => {
    await using stage = await openStage();
    await fetch(`${stage.sim.url}/oauth2/tokenP`, {
      method: 'POST',
      body: JSON.stringify({
        grant_type: 'client_credentials',
        appkey: stage.key.appKey,
        appsecret: stage.key.appSecret,
      }),
    });
    const notices: Notice[] = [];
    const hub = stage.hub({}, { notify: (notice) => notices.push(notice) });
    const before = performance.now();
    await hub.kis.call('inquire-price', priceOf('005930'));
    expect(performance.now() - before).toBeGreaterThan(tokenMinuteMs * 0.9);
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'token-limit' }));
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 1 });
  });

  it('is asked for again at once when the request could not leave', async () => {
    await using stage = await openStage();
    const closed = await openStage();
    await closed.sim.close();
    const stranded = stage.hub({ retries: 0, kis: { baseUrl: closed.sim.url, tokenCooldownMs: 60_000 } });
    await expect(stranded.kis.call('inquire-price', priceOf('005930'))).rejects.toMatchObject({
      code: 'HUB_BROKER_UNREACHABLE',
    });
    const answer = await stage.hub().kis.call('inquire-price', priceOf('005930'));
    expect(answer.status).toBe(200);
  });
});

import { describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { settingsOf, tokenStates, type DirectSettings, type Notice } from '../../src/index.js';
import { openStage, priceOf } from '../support/hub.js';

const hourMs = 3_600_000;

describe('a token that somebody outside the hub got an hour ago', () => {
  it('is used and kept, the user is told, and the list of tokens says so', async () => {
    let agoMs = hourMs;
    await using stage = await openStage({ now: () => performance.timeOrigin + performance.now() - agoMs });
    const { appKey, appSecret } = stage.key;
    await fetch(`${stage.sim.url}/oauth2/tokenP`, {
      method: 'POST',
      body: JSON.stringify({ grant_type: 'client_credentials', appkey: appKey, appsecret: appSecret }),
    });
    const issuedAt = Math.floor((Date.now() - agoMs) / 1_000) * 1_000;
    agoMs = 0;
    const notices: Notice[] = [];
    const hub = stage.hub({}, { notify: (notice) => notices.push(notice) });
    expect(await hub.kis.call('inquire-price', priceOf('005930'))).toMatchObject({ status: 200 });

    const foreign = notices.filter((notice) => notice.kind === 'token-foreign');
    expect(foreign).toHaveLength(1);
    expect(Math.abs((foreign[0]?.issuedAt ?? 0) - issuedAt)).toBeLessThanOrEqual(1_000);
    const kis = { ...stage.key, baseUrl: stage.sim.url };
    const settings = settingsOf({ redis: redisUrls(), kis }, {}) as DirectSettings; // direct is the default mode
    expect(await tokenStates(settings, 'kis')).toMatchObject([
      { state: 'present', generation: 1, foreign: { how: 'same-token', issuedAt: foreign[0]?.issuedAt } },
    ]);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 2, kiwoom: 0, refused: 0 });
  });
});

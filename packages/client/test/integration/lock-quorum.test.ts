import { describe, expect, it } from 'vitest';

import { startRedisServers } from '../../../../test/support/redis.js';
import { openStage, priceOf } from '../support/hub.js';

const timing = { redisConnectTimeoutMs: 2_000, redisCommandTimeoutMs: 2_000 };

describe('a token whose lock is voted on by three servers', () => {
  it('is issued once for several hubs, also while one of the three is away', async () => {
    await using servers = await startRedisServers(3);
    await using stage = await openStage();
    await servers.signal(1, 'SIGSTOP');
    const hubs = [1, 2, 3].map(() => stage.hub({ lockUrls: servers.urls, ...timing }));
    const answers = await Promise.all(hubs.map((hub) => hub.kis.call('inquire-price', priceOf('005930'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 1, kiwoom: 0, refused: 0 });
  });

  it('is not asked for while two are away: calls fail and say which setting to look at; a token that is there goes on', async () => {
    await using servers = await startRedisServers(3);
    await using stage = await openStage();
    const early = stage.hub({ lockUrls: servers.urls, ...timing });
    const call = (hub = early) => hub.kis.call('inquire-price', priceOf('005930'));
    await call();
    await Promise.all([0, 2].map((index) => servers.signal(index, 'SIGKILL')));
    expect(await call()).toMatchObject({ status: 200 });
    stage.sim.killTokens('expired');
    const late = stage.hub({ lockUrls: servers.urls, ...timing });
    for (const hub of [early, late]) {
      await expect(call(hub)).rejects.toMatchObject({
        code: 'HUB_REDIS_UNREACHABLE',
        remedy: expect.stringContaining('HUB_LOCK_URLS'),
      });
    }
    expect(stage.sim.journal().tokenIssues).toEqual({ kis: 1, kiwoom: 0, refused: 0 });
  });
});

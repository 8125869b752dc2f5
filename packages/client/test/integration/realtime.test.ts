import { describe, expect, it } from 'vitest';

import type { RealtimeEvent } from '../../src/realtime/contract.js';
import { openLiveStage } from '../support/live.js';

describe('a subscription', () => {
  it('tells every trade of its share once and in order', async () => {
    await using stage = await openLiveStage();
    const hub = stage.hub();
    const trades: RealtimeEvent[] = [];
    const subscription = await hub.realtime.subscribe([{ kind: 'trade', symbol: '005930' }]);
    await subscription.ready;
    for await (const event of subscription) {
      if (event.kind !== 'trade') continue;
      trades.push(event);
      if (trades.length === 20) break;
    }
    expect(trades).toHaveLength(20);
  });
});

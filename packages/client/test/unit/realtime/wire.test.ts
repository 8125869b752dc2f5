import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { RealtimeEvent, TradeEvent } from '../../../src/realtime/contract.js';
import { eachPair, pairText } from '../../../src/realtime/wire.js';

const name = 'trade:NXT:005930';
const usual: TradeEvent = {
  ...{
    kind: 'trade',
    broker: 'kis',
    symbol: '005930',
    venue: 'NXT',
    receivedMs: 1_793_926_800_353,
    atMs: 1_793_926_800_000,
  },
  ...{ price: 71_000, size: 3, dayVolume: 42, dayValue: 1_000, side: 'buy', ask: 71_100, bid: 71_000 },
};
const through = (event: RealtimeEvent, feed = name): RealtimeEvent[] => {
  const events: RealtimeEvent[] = [];
  eachPair('kis', `[${pairText(feed, event)}]`, (_name, each) => events.push(each));
  return events;
};

it('a trade is the same on the other side, whatever it has', () => {
  const figure = fc.oneof(fc.nat(), fc.constant(null));
  const trades = fc.record(
    {
      atMs: figure,
      dayValue: figure,
      side: fc.constantFrom('buy' as const, 'sell' as const, null),
      ask: figure,
      bid: figure,
      late: fc.constant(true as const),
      extra: fc.array(fc.string()),
      raw: fc.string(),
    },
    { requiredKeys: ['atMs', 'dayValue', 'side', 'ask', 'bid'] },
  );
  fc.assert(
    fc.property(trades, (more) => {
      const trade: TradeEvent = { ...usual, ...more };
      expect(through(trade)).toEqual([trade]);
    }),
  );
});

it('anything else travels as it is, and a feed of no known form is passed over', () => {
  const told = { broker: 'kis', of: 'trade', symbol: '005930', venue: 'NXT' } as const;
  const gap: RealtimeEvent = { kind: 'gap', ...told, id: 'a', sinceMs: 1, untilMs: null, cause: 'disconnect' };
  expect(through(gap)).toEqual([gap]);
  expect(through(gap, 'tick:NYSE:X')).toEqual([]);
});

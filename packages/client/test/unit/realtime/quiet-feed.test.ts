// A feed of trades that the broker has acknowledged and that tells nothing: what the cumulative volume cannot prove is a gap.
import { beforeEach, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import type { TradeRecord } from '../../../src/broker/live.js';
import type { GapEvent, RealtimeEvent } from '../../../src/realtime/contract.js';
import type { Beginning, StoredFeed } from '../../../src/realtime/feed-store.js';
import { Carried } from '../../../src/realtime/session/carried.js';
import { eachPair } from '../../../src/realtime/wire.js';

const name = 'trade:KRX:005930';
/** 10:00 KST. */
const open = Date.UTC(2026, 10, 6, 1);
const at = (second: number): number => open + second * 1_000;

let told: RealtimeEvent[];
let stored: Map<string, StoredFeed | null>;
beforeEach(() => {
  told = [];
  stored = new Map();
});

const begun = (feeds: Beginning['feeds'] = new Map(), throughMs = 0): Carried => {
  const carried = new Carried('kis', 'key');
  carried.want(new Map([[name, false]]), at(0));
  carried.begin(
    {
      add: (events) => {
        eachPair('kis', `[${events.join(',')}]`, (_name, event) => told.push(event));
      },
      feed: (feed, state) => stored.set(feed, state),
      gap: () => undefined,
    },
    { generation: 1, seq: 0, throughMs, handedOver: false, feeds },
    at(0),
  );
  return carried;
};

/** Every message to the broker is answered. */
const synced = (carried: Carried, second: number): void => {
  for (let step = carried.next(kis.live, 0); step !== undefined; step = carried.next(kis.live, 0)) {
    for (const feed of step.feeds) {
      if (step.to === 'register') carried.registered(feed, at(second), second * 1_000);
      else carried.released(feed, at(second));
    }
  }
};

const trade = (carried: Carried, second: number, dayVolume: number, size: number): void => {
  const record: TradeRecord = {
    ...{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: at(second), price: 71_000, size, dayVolume },
    ...{ dayValue: null, side: 'buy', ask: null, bid: null },
  };
  carried.records([record], () => [''], at(second), second * 1_000);
};

const silent = (carried: Carried, second: number): void => {
  const feed = carried.find(name);
  if (feed !== undefined) carried.silent(feed, at(second), at(second));
};

const gaps = (): Partial<GapEvent>[] =>
  told
    .filter((event): event is GapEvent => event.kind === 'gap' && event.untilMs !== null)
    .map(({ cause, sinceMs, untilMs }) => ({ cause, sinceMs, untilMs }));

it('that was never heard since it was registered has a gap from then until its first trade', () => {
  const carried = begun();
  synced(carried, 1);
  silent(carried, 61);
  synced(carried, 62);
  trade(carried, 63, 500, 10);
  trade(carried, 64, 510, 10);
  expect(gaps()).toEqual([{ cause: 'silent', sinceMs: at(1), untilMs: at(63) }]);
});

it('has none where the first trade of the day shows that there was none before', () => {
  const carried = begun();
  synced(carried, 1);
  silent(carried, 61);
  synced(carried, 62);
  trade(carried, 63, 10, 10);
  expect(gaps()).toEqual([]);
});

it('that was heard before is told by the volume alone', () => {
  const carried = begun();
  synced(carried, 1);
  trade(carried, 2, 10, 10);
  silent(carried, 61);
  synced(carried, 62);
  trade(carried, 63, 30, 10);
  expect(gaps()).toEqual([{ cause: 'volume', sinceMs: at(2), untilMs: at(63) }]);
});

it('that breaks off before it was heard again has its silence in the gap of the socket', () => {
  const carried = begun();
  synced(carried, 1);
  trade(carried, 2, 10, 10);
  silent(carried, 61);
  synced(carried, 62);
  carried.heard(at(70));
  carried.interrupted('disconnect', at(71));
  synced(carried, 72);
  trade(carried, 73, 300, 10);
  expect(gaps()).toEqual([{ cause: 'disconnect', sinceMs: at(2), untilMs: at(72) }]);
});

it('is known for quiet to the next holder, until a trade comes', () => {
  const carried = begun();
  synced(carried, 1);
  trade(carried, 2, 10, 10);
  silent(carried, 61);
  synced(carried, 62);
  const left = stored.get(name);
  expect(left).toEqual({ state: 'live', sinceMs: at(62), quietSinceMs: at(2) });

  const next = begun(new Map([[name, left ?? { state: 'live', sinceMs: 0 }]]), at(70));
  synced(next, 100);
  trade(next, 101, 300, 10);
  expect(gaps()).toEqual([{ cause: 'holder-lost', sinceMs: at(2), untilMs: at(100) }]);

  trade(carried, 102, 320, 10);
  expect(stored.get(name)).toEqual({ state: 'live', sinceMs: at(62) });
});

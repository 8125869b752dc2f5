// A feed of trades that the broker has acknowledged and that tells nothing: what the cumulative volume cannot prove is a gap.
import { beforeEach, expect, it } from 'vitest';

import { kis } from '../../../src/broker/kis/index.js';
import type { TradeRecord } from '../../../src/broker/live.js';
import type { GapEvent, RealtimeEvent } from '../../../src/realtime/contract.js';
import type { Beginning, StoredFeed } from '../../../src/realtime/feed-store.js';
import { Carried } from '../../../src/realtime/session/carried.js';
import { Liveness } from '../../../src/realtime/session/liveness.js';
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

const trade = (carried: Carried, second: number, dayVolume: number, size: number, bad = 0): void => {
  const record: TradeRecord = {
    ...{ kind: 'trade', symbol: '005930', venue: 'KRX', atMs: at(second), price: 71_000, size, dayVolume },
    ...{ dayValue: null, side: 'buy', ask: null, bid: null },
  };
  carried.records({ records: [record], raws: () => [''], bad }, at(second), second * 1_000);
};

const silent = (carried: Carried, second: number): void => {
  const feed = carried.find(name);
  if (feed !== undefined) carried.silent(feed, at(second), at(second));
};

/** As a look at that second finds it. */
const looked = (carried: Carried, second: number): void => {
  const found = new Liveness(0).quiet(second * 1_000, carried.live, true);
  for (const feed of found) carried.quiet(feed, at(second));
};

const gaps = (): Partial<GapEvent>[] =>
  told
    .filter((event): event is GapEvent => event.kind === 'gap' && event.untilMs !== null)
    .map(({ cause, sinceMs, untilMs }) => ({ cause, sinceMs, untilMs }));

it('that was never heard since it was registered has a gap from then until the registration that told its first trade', () => {
  const carried = begun();
  synced(carried, 1);
  silent(carried, 61);
  synced(carried, 62);
  trade(carried, 63, 500, 10);
  trade(carried, 64, 510, 10);
  expect(gaps()).toEqual([{ cause: 'silent', sinceMs: at(1), untilMs: at(62) }]);
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
  expect(left).toEqual({ state: 'live', sinceMs: at(62), quietSinceMs: at(2), tradeMs: at(2), dayVolume: 10 });

  const next = begun(new Map([[name, left ?? { state: 'live', sinceMs: 0 }]]), at(70));
  synced(next, 100);
  trade(next, 101, 300, 10);
  expect(gaps()).toEqual([{ cause: 'holder-lost', sinceMs: at(2), untilMs: at(100) }]);

  trade(carried, 102, 320, 10);
  expect(stored.get(name)).toEqual({ state: 'live', sinceMs: at(62), tradeMs: at(102), dayVolume: 320 });
});

it('that breaks off unheard has a gap from its registration on, once two seconds have passed', () => {
  const soon = begun();
  synced(soon, 1);
  looked(soon, 3);
  soon.heard(at(3));
  soon.interrupted('disconnect', at(3));
  synced(soon, 8);
  expect(gaps()).toEqual([{ cause: 'disconnect', sinceMs: at(3), untilMs: at(8) }]);

  told = [];
  const later = begun();
  synced(later, 1);
  looked(later, 4);
  later.heard(at(9));
  later.interrupted('disconnect', at(9));
  synced(later, 11);
  expect(gaps()).toEqual([{ cause: 'disconnect', sinceMs: at(1), untilMs: at(11) }]);
});

it('that breaks off after four of its usual pauses has a gap from its last trade on', () => {
  const gapAfter = (pauses: number): Partial<GapEvent>[] => {
    told = [];
    const carried = begun();
    synced(carried, 1);
    for (let second = 2; second <= 10; second += 1) trade(carried, second, 10 * second, 10);
    looked(carried, 10 + pauses);
    carried.heard(at(10 + pauses));
    carried.interrupted('disconnect', at(10 + pauses));
    synced(carried, 40);
    return gaps();
  };
  expect(gapAfter(4)).toEqual([{ cause: 'disconnect', sinceMs: at(14), untilMs: at(40) }]);
  expect(gapAfter(5)).toEqual([{ cause: 'disconnect', sinceMs: at(10), untilMs: at(40) }]);
});

it('that was quiet and trades again has no gap, and the next one begins with the last frame', () => {
  const carried = begun();
  synced(carried, 1);
  looked(carried, 20);
  expect(stored.get(name)).toEqual({ state: 'live', sinceMs: at(1), quietSinceMs: at(1) });
  trade(carried, 21, 500, 10);
  expect(gaps()).toEqual([]);
  expect(stored.get(name)).toEqual({ state: 'live', sinceMs: at(1), tradeMs: at(21), dayVolume: 500 });
  carried.heard(at(24));
  carried.interrupted('disconnect', at(24));
  synced(carried, 30);
  expect(gaps()).toEqual([{ cause: 'disconnect', sinceMs: at(24), untilMs: at(30) }]);
});

it('that is given back while it is quiet has a gap until then, for it may go on with another key', () => {
  const carried = begun();
  synced(carried, 1);
  looked(carried, 20);
  carried.want(new Map(), at(25));
  synced(carried, 26);
  expect(gaps()).toEqual([{ cause: 'silent', sinceMs: at(1), untilMs: at(26) }]);

  told = [];
  const heard = begun();
  synced(heard, 1);
  trade(heard, 2, 10, 10);
  heard.want(new Map(), at(3));
  synced(heard, 4);
  expect(gaps()).toEqual([]);
});

it('is not looked for outside of continuous trading, and books and notices never', () => {
  const carried = new Carried('kis', 'key');
  carried.want(new Map(['trade:KRX:005930', 'book:KRX:005930'].map((each) => [each, false])), at(0));
  for (const feed of ['trade:KRX:005930', 'book:KRX:005930'].map((each) => carried.find(each)))
    if (feed) carried.registered(feed, at(1), 1_000);
  const names = (trading: boolean): string[] =>
    new Liveness(0).quiet(60_000, carried.live, trading).map(({ name: each }) => each);
  expect(names(false)).toEqual([]);
  expect(names(true)).toEqual(['trade:KRX:005930']);
});

it('that a damaged frame may have told of first has a gap from its registration until then', () => {
  const carried = begun();
  synced(carried, 1);
  carried.damaged(at(2));
  trade(carried, 3, 500, 10);
  trade(carried, 4, 510, 10);
  carried.damaged(at(5));
  trade(carried, 6, 520, 10);
  expect(gaps()).toEqual([{ cause: 'volume', sinceMs: at(1), untilMs: at(2) }]);
});

it('has a damaged frame in the gap of a socket that broke before the next trade', () => {
  const carried = begun();
  synced(carried, 1);
  trade(carried, 2, 10, 10);
  carried.damaged(at(3));
  carried.heard(at(3));
  const traded = { tradeMs: at(2), dayVolume: 10 };
  expect(stored.get(name)).toEqual({ state: 'live', sinceMs: at(1), quietSinceMs: at(2), ...traded });
  carried.interrupted('disconnect', at(4));
  synced(carried, 6);
  trade(carried, 7, 500, 10);
  expect(gaps()).toEqual([{ cause: 'disconnect', sinceMs: at(2), untilMs: at(6) }]);
});

it('takes records that can be read for no proof of those beside them that cannot', () => {
  const carried = begun();
  synced(carried, 1);
  trade(carried, 2, 500, 10, 1);
  expect(gaps()).toEqual([{ cause: 'volume', sinceMs: at(1), untilMs: at(2) }]);
  carried.interrupted('disconnect', at(3));
  synced(carried, 6);
  expect(gaps().at(-1)).toEqual({ cause: 'disconnect', sinceMs: at(2), untilMs: at(6) });
});

it('tells newcomers of its first trade after each registration, and then of one every two seconds', () => {
  const carried = begun();
  synced(carried, 1);
  const told = (): number | undefined => {
    const state = stored.get(name);
    return state?.state === 'live' ? state.tradeMs : undefined;
  };
  trade(carried, 2, 10, 10);
  expect(told()).toBe(at(2));
  trade(carried, 3, 20, 10);
  expect(told()).toBe(at(2));
  trade(carried, 4, 30, 10);
  expect(told()).toBe(at(4));
  carried.interrupted('disconnect', at(4));
  synced(carried, 5);
  trade(carried, 5, 40, 10);
  expect(told()).toBe(at(5));
});

import { createHub, type BrokerName, type GapEvent, type RealtimeEvent } from '@hub/client';

import { givenOrder, onMessage, tell, untilReleased } from '../harness/child.js';
import { marketClock } from '../harness/market-clock.js';
import type { GroupOrder, Holding, Ready, Report, Seen, SeenGap, Trouble } from './order.js';

const reportEveryMs = 200;

const say = (message: Holding | Ready | Report | Trouble): void => {
  tell(message);
};

const order = givenOrder() as GroupOrder; // its starter is ours
const clock = marketClock(order.offsetMs);
const { now } = clock;

const hub = createHub(
  {
    redis: order.redis,
    kis: { keys: order.kisKeys, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000, approvalCooldownMs: 1_000 },
    kiwoom: { keys: order.kiwoomKeys, baseUrl: order.brokerUrl, tokenCooldownMs: 1_000 },
  },
  {
    env: {},
    clock,
    notify: (notice) => {
      if (notice.kind === 'feed-session') say({ kind: 'holding', account: notice.account });
      if (/^feed-(broken|stopped|failed|refused)$/.test(notice.kind))
        say({ kind: 'trouble', what: 'why' in notice ? `${notice.kind} ${notice.why}` : notice.kind });
    },
  },
);

interface Shelf {
  readonly broker: BrokerName;
  readonly symbol: string;
  readonly volumes: number[];
  readonly late: number[];
}

/** What has come since the last report. */
class Book {
  readonly #seen = new Map<string, Shelf>();
  #gaps: SeenGap[] = [];
  books = 0;

  constructor(private readonly collector: number) {}

  hear(event: RealtimeEvent): void {
    if (event.kind === 'book') this.books += 1;
    else if (event.kind === 'trade') {
      const { broker, symbol, dayVolume, late } = event;
      const seen = this.#of(broker, symbol);
      seen.volumes.push(dayVolume);
      if (late === true) seen.late.push(dayVolume);
    } else if (event.kind === 'gap' && event.of === 'trade') this.#gaps.push(this.#gap(event));
  }

  take(): { seen: Seen[]; gaps: SeenGap[]; books: number } {
    const taken = {
      seen: [...this.#seen.values()].map(({ broker, symbol, volumes, late }) => ({
        ...{ collector: this.collector, broker, symbol, volumes, late },
      })),
      gaps: this.#gaps,
      books: this.books,
    };
    this.#seen.clear();
    this.#gaps = [];
    this.books = 0;
    return taken;
  }

  #of(broker: BrokerName, symbol: string): Shelf {
    const name = `${broker} ${symbol}`;
    const known = this.#seen.get(name) ?? { broker, symbol, volumes: [], late: [] };
    this.#seen.set(name, known);
    return known;
  }

  #gap({ broker, symbol, id, sinceMs, untilMs, cause }: GapEvent): SeenGap {
    return { collector: this.collector, broker, symbol, id, sinceMs, untilMs, cause };
  }
}

const books = Array.from({ length: order.collectors }, (_each, index) => new Book(index));

const report = (kind: Report['kind']): void => {
  const taken = books.map((book) => book.take());
  say({
    kind,
    atMs: now(),
    seen: taken.flatMap(({ seen }) => seen),
    gaps: taken.flatMap(({ gaps }) => gaps),
    books: taken.reduce((sum, each) => sum + each.books, 0),
  });
};

const timer = setInterval(() => {
  report('report');
}, reportEveryMs);
onMessage('end', () => {
  clearInterval(timer);
  report('last');
});

const feeds = order.symbols.flatMap((symbol) =>
  (['kis', 'kiwoom'] as const).flatMap((broker) =>
    (['trade', 'book'] as const).map((kind) => ({ broker, kind, symbol })),
  ),
);
for (const [collector, book] of books.entries()) {
  const subscription = await hub.realtime.subscribe(feeds, (event) => {
    book.hear(event);
  });
  subscription.ready.then(
    () => {
      say({ kind: 'ready', collector, atMs: now() });
    },
    (error: unknown) => {
      say({ kind: 'trouble', what: `not ready: ${String(error)}` });
    },
  );
}
await untilReleased();
clearInterval(timer);
await hub.close();

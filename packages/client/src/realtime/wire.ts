import { feedIn, type Feed, type TradeRecord } from '../broker/live.js';
import type { BrokerName } from '../broker/contract.js';
import type { RealtimeEvent, TradeEvent } from './contract.js';

/**
 * How a trade stands in a batch: they are nearly all of what is published, and by name each would be three times as long. Ends
 * with what is seldom there.
 */
type TradeRow = readonly [
  receivedMs: number,
  atMs: number | null,
  price: number,
  size: number,
  dayVolume: number,
  dayValue: number | null,
  side: TradeRecord['side'],
  ask: number | null,
  bid: number | null,
  late?: 0 | 1,
  extra?: readonly string[] | 0,
  raw?: string,
];

/** Two elements of a batch: the feed, and the event. */
export const pairText = (name: string, event: RealtimeEvent): string =>
  `"${name}",${JSON.stringify(event.kind === 'trade' ? rowOf(event) : event)}`;

const rowOf = (trade: TradeEvent): TradeRow => {
  const { receivedMs, atMs, price, size, dayVolume, dayValue, side, ask, bid, late, extra, raw } = trade;
  const usual = [receivedMs, atMs, price, size, dayVolume, dayValue, side, ask, bid] as const;
  if (late === undefined && extra === undefined && raw === undefined) return usual;
  const seldom = [late === true ? 1 : 0, extra ?? 0] as const;
  return raw === undefined ? [...usual, ...seldom] : [...usual, ...seldom, raw];
};

const feeds = new Map<string, Feed | undefined>();
/** Names come from the plan, so they are few; whatever else comes must not stay. */
const mostFeeds = 10_000;

const feedOf = (name: string): Feed | undefined => {
  if (feeds.has(name)) return feeds.get(name);
  if (feeds.size >= mostFeeds) feeds.clear();
  const feed = feedIn(name);
  feeds.set(name, feed);
  return feed;
};

/** Calls back with each event of a batch, in order. */
export const eachPair = (
  broker: BrokerName,
  body: string,
  take: (name: string, event: RealtimeEvent) => void,
): void => {
  // Only `pairText` writes it.
  const elements = JSON.parse(body) as (string | TradeRow | RealtimeEvent)[];
  for (let at = 0; at + 1 < elements.length; at += 2) {
    const name = elements[at] as string;
    const event = elements[at + 1] as TradeRow | RealtimeEvent;
    const feed = feedOf(name);
    if (feed !== undefined) take(name, isRow(event) ? tradeOf(broker, feed, event) : event);
  }
};

const isRow = (event: TradeRow | RealtimeEvent): event is TradeRow => Array.isArray(event);

const tradeOf = (broker: BrokerName, { symbol, venue }: Feed, row: TradeRow): TradeEvent => {
  const [receivedMs, atMs, price, size, dayVolume, dayValue, side, ask, bid, late, extra, raw] = row;
  const trade: TradeEvent = {
    kind: 'trade',
    broker,
    symbol,
    venue,
    receivedMs,
    atMs,
    price,
    size,
    dayVolume,
    dayValue,
    side,
    ask,
    bid,
  };
  if (row.length === 9) return trade;
  return {
    ...trade,
    ...(late === 1 ? { late: true } : {}),
    ...(extra === undefined || extra === 0 ? {} : { extra }),
    ...(raw === undefined ? {} : { raw }),
  };
};

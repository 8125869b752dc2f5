import { z } from 'zod';

import { backfillRequest, type WindowSpec } from './payload.js';

const count = z.number().int().nonnegative();

export const brokerPace = z.strictObject({
  /** Calls per second that the plan may have of all keys together, its share taken already. */
  perSecond: z.number().positive(),
  /** Ids of the keys that are used. */
  keys: z.array(z.string()),
});
const callsByBroker = z.strictObject({ kis: count, kiwoom: count });

/** What a broker's keys give a plan. */
export type BrokerPace = Readonly<z.output<typeof brokerPace>>;

export const storedPlan = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  storeId: z.string(),
  request: backfillRequest,
  /** Part of every key's line that it may have at most; the rest is left to live work. */
  share: z.number().gt(0).max(1),
  pace: z.strictObject({ kis: brokerPace.optional(), kiwoom: brokerPace.optional() }),
  /** Predicted. */
  calls: callsByBroker,
  windows: count,
  tradingDays: count,
  coveredDays: count,
  /** From the first call to the last commit, predicted. */
  etaMs: z.number().nonnegative(),
  createdAtMs: z.number(),
});
/** A backfill that is stored, so that anybody can start, stop and look at it. Its windows are stored beside it. */
export type StoredPlan = Readonly<z.output<typeof storedPlan>>;

/** How one window of a plan ended. */
export const windowEnd = z.union([
  /** rows, inserted, calls */
  z.tuple([z.literal('ok'), count, count, count]),
  /** code, message, remedy */
  z.tuple([z.literal('failed'), z.string(), z.string(), z.string()]),
]);
export type WindowEnd = z.output<typeof windowEnd>;

/** A window in as few bytes as it can be told in: whole markets are some hundred thousand of them. */
export const packWindow = ({ id, broker, estimatedCalls }: WindowSpec): string =>
  `${id}|${broker}|${String(estimatedCalls)}`;

/** The other way round; the id names the rest. */
export const unpackWindow = (text: string): WindowSpec => {
  const [id = '', broker, calls] = text.split('|');
  const [, symbol = '', venue, interval, days = ''] = id.split('.');
  const [from = '', to = from] = days.split('_');
  return {
    id,
    broker: broker === 'kiwoom' ? 'kiwoom' : 'kis',
    symbol,
    venue: venue === 'NXT' || venue === 'UN' ? venue : 'KRX',
    interval: interval === '1d' ? '1d' : '1m',
    from,
    to,
    estimatedCalls: Number(calls),
  };
};

/** Calls of windows, by the broker that makes them. */
export const callsByBrokerOf = (windows: readonly WindowSpec[]): StoredPlan['calls'] => {
  const calls = { kis: 0, kiwoom: 0 };
  for (const { broker, estimatedCalls } of windows) calls[broker] += estimatedCalls;
  return calls;
};

/** The name of a job tells which plan has published it; workers of older releases do not look at it. */
export const planLabel = (id: string): string => `plan.${id}`;

export const planOfLabel = (label: string): string | undefined =>
  label.startsWith('plan.') ? label.slice('plan.'.length) : undefined;

import { setTimeout as sleep } from 'node:timers/promises';

import type { BrokerName } from '@hub/client';
import { koreanDay, session, type Venue, type Verification, type VerifyQuery } from '@hub/store';
import type { Redis } from 'ioredis';

import { planBackfill } from '../backfill/plan.js';
import { runBackfill } from '../backfill/run.js';
import type { SentinelEvent } from './event.js';
import type { FetchedBars } from './lost.js';

/** What came of the look at a day after its close. */
export interface ClosingResult extends Verification, VerifyQuery {
  readonly symbols: number;
  /** Windows of bars that could not be fetched. */
  readonly failed: number;
}

/** Remembers, for all Sentinels, which days were looked at. */
export interface DayMarks {
  /** True when the day is ours to look at. */
  claim(query: VerifyQuery): Promise<boolean>;
  /** It was looked at, or it was not after all. */
  settle(query: VerifyQuery, done: boolean): Promise<void>;
}

/** What the look after the close needs. Every promise rejects with HUB_WRITER_AWAY or HUB_REDIS_… */
export interface ClosingEffects {
  /** UTC epoch ms. */
  readonly now: () => number;
  readonly marks: DayMarks;
  /** Shares whose trades were collected. */
  readonly collected: (query: VerifyQuery) => Promise<readonly string[]>;
  /** Brokers that workers serve. */
  readonly served: () => Promise<readonly BrokerName[]>;
  /** Fetches the bars of a day that are missing; how many windows failed. */
  readonly fetchBars: (broker: BrokerName, symbols: readonly string[], query: VerifyQuery) => Promise<number>;
  readonly verify: (query: VerifyQuery) => Promise<Verification>;
  readonly tell: (event: SentinelEvent) => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Brokers finish the last bars within this time after the close (general knowledge, no notice; 2026-11). */
const afterCloseMs = 2 * 60_000;
const lookEveryMs = 20_000;
/** After trouble, and where bars could not be fetched. */
const againMs = 5 * 60_000;
const venues: readonly Venue[] = ['KRX', 'NXT', 'UN'];

/** The venues of today that have closed. */
export const overNow = (now: number): VerifyQuery[] => {
  const day = koreanDay(now);
  return venues.flatMap((venue) => {
    const hours = session(venue, day);
    return hours !== null && now >= hours.closeMs + afterCloseMs ? [{ venue, day }] : [];
  });
};

/**
 * After the close of each venue: the minute bars of every share that was collected are fetched, and its trades compared with them. Minutes
 * that do not add up are gaps then, and are filled like all others. Once a day and venue. Resolves at the signal, never rejects.
 */
export const watchClosings = async (effects: ClosingEffects): Promise<void> => {
  const { now, signal, tell, onError } = effects;
  /** When a day may be looked at again (monotonic). */
  const notBefore = new Map<string, number>();
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    for (const query of overNow(now())) {
      const name = `${query.venue} ${query.day}`;
      if ((notBefore.get(name) ?? 0) > performance.now()) continue;
      notBefore.set(name, performance.now() + againMs);
      try {
        const result = await closeDay(query, effects);
        if (result === undefined || result.failed === 0) notBefore.set(name, Infinity);
        if (result !== undefined && result.symbols > 0) tell({ kind: 'day-closed', ...result });
      } catch (error) {
        if (!isOver()) onError(error);
      }
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
};

/** Undefined: another Sentinel has done it, or is about to. */
const closeDay = async (query: VerifyQuery, effects: ClosingEffects): Promise<ClosingResult | undefined> => {
  const { marks } = effects;
  if (!(await marks.claim(query))) return undefined;
  let result: ClosingResult | undefined;
  try {
    result = await lookAt(query, effects);
    return result;
  } finally {
    await marks.settle(query, result?.failed === 0);
  }
};

const lookAt = async (query: VerifyQuery, effects: ClosingEffects): Promise<ClosingResult> => {
  const symbols = await effects.collected(query);
  if (symbols.length === 0) return { ...query, symbols: 0, failed: 0, verified: 0, unverified: 0, gaps: 0 };
  const [broker] = await effects.served();
  const failed = broker === undefined ? symbols.length : await effects.fetchBars(broker, symbols, query);
  return { ...query, ...(await effects.verify(query)), symbols: symbols.length, failed };
};

/** A Sentinel that was killed meanwhile leaves the day to others. */
const claimedMs = 10 * 60_000;
const rememberedMs = 3 * 86_400_000;

/** In the main Redis. */
export const dayMarks = (redis: Pick<Redis, 'set' | 'del'>, storeId: string): DayMarks => {
  const keyOf = ({ venue, day }: VerifyQuery): string => `api:hub:closed:${storeId}:${venue}:${day}`;
  return {
    claim: async (query) => (await redis.set(keyOf(query), 'begun', 'PX', claimedMs, 'NX')) === 'OK',
    settle: async (query, done) => {
      if (done) await redis.set(keyOf(query), 'done', 'PX', rememberedMs);
      else await redis.del(keyOf(query));
    },
  };
};

interface BarsOptions extends VerifyQuery {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly storeId: string;
  readonly broker: BrokerName;
  readonly symbols: readonly string[];
  readonly signal: AbortSignal;
}

/** By way of the queue, like every backfill. Rejects with HUB_RANGE, HUB_WRITER_AWAY or HUB_REDIS_… */
export const fetchBars = async (options: BarsOptions): Promise<FetchedBars> => {
  const { redisUrl, prefix, storeId, broker, symbols, venue, day, signal } = options;
  const request = { broker, symbols: [...symbols], venue, interval: '1m', from: day, to: day } as const;
  const plan = await planBackfill({ redisUrl, prefix, storeId, request });
  if (plan.windows.length === 0) return { calls: 0, failed: [] };
  const { calls, failed } = await runBackfill({ redisUrl, prefix, plan, signal });
  return { calls, failed };
};

import { errors, type CallOptions, type Hub } from '@hub/client';
import { koreanDay, type Store, type TradingDay } from '@hub/store';
import type { Redis } from 'ioredis';

import { connect } from '../queue/connection.js';
import {
  claimDay,
  daysOfAnswer,
  defaultCalendarPrefix,
  isClaimed,
  readRecord,
  tradingDaysOf,
  writeRecord,
  type HolidayRecord,
} from './shared.js';

/** What a refresh uses of a hub, with keys or without. */
export interface HolidayHub extends Pick<Hub, 'brokers' | 'mode'> {
  readonly kis: {
    /** As `hub.kis.call`; the rows are checked. */
    call(
      endpoint: 'chk-holiday',
      parameters: { readonly BASS_DT: string; readonly CTX_AREA_NK: string; readonly CTX_AREA_FK: string },
      options?: CallOptions,
    ): Promise<{ readonly body: { readonly output?: unknown } }>;
  };
}

/** What `refreshTradingDays` takes. */
export interface RefreshOptions {
  /** The main Redis: all who share it make one call a day together. */
  readonly redisUrl: string;
  /** Makes the call, where it has KIS. */
  readonly hub: HolidayHub;
  /** Where the days are kept. Without it they are only told. */
  readonly store?: Pick<Store, 'saveTradingDays'>;
  readonly signal?: AbortSignal;
  /** UTC epoch ms; that of the system unless given. */
  readonly now?: () => number;
  /** Before the keys in Redis; `api:calendar` by default, and the same for all who take part. */
  readonly prefix?: string;
}

/**
 * How a refresh ended. `asked`: this process made the call. `shared`: somebody else had made it today. `spent`: somebody has
 * begun it and has no answer yet, or it failed; no other call is made today. `no-kis`: only KIS tells, and it is not set up, or
 * for paper trading alone, where there is no chk-holiday.
 */
export type Refreshed =
  { readonly kind: 'asked' | 'shared'; readonly days: readonly TradingDay[] } | { readonly kind: 'spent' | 'no-kis' };

/** Someone has the claim already: another process, or an earlier attempt of this call. */
class Claimed extends Error {}

/**
 * Asks KIS once a Korean day, over all processes of a main Redis, on which of the next days (some 24) the market is open: KIS
 * asks for no more than one call of chk-holiday (CTCA0903R) a day (sample code, read 2026-11). The claim is taken at the
 * last moment before the bytes leave and never given back, so a call that fails is not repeated that day. Rejects with
 * the codes of a call, and with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED.
 */
export const refreshTradingDays = async (options: RefreshOptions): Promise<Refreshed> => {
  const connections = await connect(options.redisUrl, () => undefined);
  try {
    const refreshed = await refresh(connections.producer, options);
    if ('days' in refreshed) await options.store?.saveTradingDays(refreshed.days);
    return refreshed;
  } finally {
    await connections.close();
  }
};

const refresh = async (redis: Redis, options: RefreshOptions): Promise<Refreshed> => {
  const { hub, now = Date.now, prefix = defaultCalendarPrefix } = options;
  const today = koreanDay(now());
  const told = await readRecord(redis, prefix);
  if (told?.askedOn === today) return { kind: 'shared', days: tradingDaysOf(told) };
  if (!hub.brokers.includes('kis')) return { kind: 'no-kis' };
  if (await isClaimed(redis, prefix, today)) return { kind: 'spent' };
  try {
    const days = await ask(redis, { ...options, prefix }, today);
    const record: HolidayRecord = { v: 1, askedOn: today, fetchedAtMs: now(), days };
    await writeRecord(redis, prefix, record);
    return { kind: 'asked', days: tradingDaysOf(record) };
  } catch (error) {
    if (error instanceof Claimed) return { kind: 'spent' };
    // Told by the hub itself, before anything was claimed or sent.
    if (error instanceof errors.CallInvalid && hub.mode === 'direct') return { kind: 'no-kis' };
    throw error;
  }
};

const ask = async (
  redis: Redis,
  { hub, signal, prefix }: RefreshOptions & { readonly prefix: string },
  today: string,
): Promise<HolidayRecord['days']> => {
  const claim = async (): Promise<void> => {
    if (!(await claimDay(redis, prefix, today))) throw new Claimed();
  };
  const direct = hub.mode === 'direct';
  // Of a call that travels by queue nobody here sees the moment at which it leaves.
  if (!direct) await claim();
  const answer = await hub.kis.call(
    'chk-holiday',
    { BASS_DT: today.replaceAll('-', ''), CTX_AREA_NK: '', CTX_AREA_FK: '' },
    { priority: 'backfill', ...(direct && { beforeSend: claim }), ...(signal && { signal }) },
  );
  const days = daysOfAnswer(answer.body.output);
  if (days === undefined) throw new errors.AnswerUnreadable('chk-holiday', 200, 'its rows are no days with opnd_yn');
  return days;
};

/**
 * What the last refresh of anybody told, from the main Redis. Spends no quota. Rejects with HUB_REDIS_UNREACHABLE or
 * HUB_REDIS_REFUSED.
 */
export const sharedTradingDays = async (
  options: Pick<RefreshOptions, 'redisUrl' | 'prefix'>,
): Promise<TradingDay[]> => {
  const connections = await connect(options.redisUrl, () => undefined);
  try {
    const told = await readRecord(connections.producer, options.prefix ?? defaultCalendarPrefix);
    return told === undefined ? [] : tradingDaysOf(told);
  } finally {
    await connections.close();
  }
};

import { demoKiwoomKeys, type Environment, type KiwoomKey } from '../../account/keys.js';
import type { WindowKind } from '../../limit/window.js';
import type { Venue } from '../../market/calendar.js';
import { isDay } from '../../market/kst.js';

/** One bar that Kiwoom tells differently from KIS. Give `volume`, `close` or both; the rest of the row follows. */
export interface KiwoomDifference {
  readonly symbol: string;
  /** KRX when left out. */
  readonly venue?: Venue;
  /** `YYYYMMDD` or `YYYY-MM-DD`. */
  readonly day: string;
  /** Start of the minute, `HHMM`: changes minute charts. Left out: changes the daily chart. */
  readonly minute?: string;
  /** Shares on top of what was traded. */
  readonly volume?: number;
  /** KRW on top of the close; high and low give way. */
  readonly close?: number;
}

/** The quota of Kiwoom. */
export interface KiwoomLimit {
  /** Calls of one key and api-id that are let through per second. */
  readonly perTr?: number;
  /** Calls of one key over all api-ids per second; no such limit when left out. */
  readonly total?: number;
  readonly window?: WindowKind;
}

/** What is Kiwoom's own; clock, market, network and faults are shared with KIS. */
export interface KiwoomOptions {
  readonly keys?: readonly KiwoomKey[];
  /** Take every key with every secret. */
  readonly acceptAnyKey?: boolean;
  readonly limit?: KiwoomLimit;
  readonly tokenLifeMs?: number;
  /** A new token ends the earlier ones of its key at once; otherwise the same one is handed out while it lives. */
  readonly newTokenKillsOld?: boolean;
  /** Where a refused token hides its code: `[8005:…]` as on REST, or `CODE=8005` as on the WebSocket. */
  readonly tokenRefusal?: 'bracket' | 'code';
  /** How many trading days paging of minute charts reaches back, today included. */
  readonly minuteRetentionTradingDays?: number;
  /** Bars that Kiwoom tells differently, so that two brokers can disagree. */
  readonly differs?: readonly KiwoomDifference[];
}

export interface KiwoomSettings extends Required<Omit<KiwoomOptions, 'limit'>> {
  readonly limit: { readonly perTr: number; readonly total: number | undefined; readonly window: WindowKind };
}

export const kiwoomDefaults = {
  keys: [demoKiwoomKeys],
  acceptAnyKey: false, // a wrong key must look wrong
  limit: { perTr: 5, window: 'sliding' }, // 유량=5 in refusals of 2026-08; sliding is the strictest reading
  tokenLifeMs: 86_400_000, // about 24 hours, observed
  newTokenKillsOld: false, // contradictory: one measurement of 2026-08-15 says the same token comes again
  tokenRefusal: 'bracket', // what REST answers in six repositories
  minuteRetentionTradingDays: 250, // uncertain: 46 sessions were collected, the end is not known
  differs: [],
} as const satisfies KiwoomOptions;

/** Observed: about one call a second per id. */
const PAPER_PER_TR = 1;

const limitNames = ['perTr', 'total', 'window'];

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1;
/** With and without dashes; what is no text at all fails too. */
const isDayText = (day: string): boolean => /^\d{4}-?\d{2}-?\d{2}$/.test(day) && isDay(day.replaceAll('-', ''));
const isStep = (value: unknown): boolean => Number.isInteger(value) && value !== 0;

const limitProblems = (limit: KiwoomSettings['limit']): string[] => {
  const problems = Object.keys(limit)
    .filter((name) => !limitNames.includes(name))
    .map((name) => `kiwoom.limit.${name}: unknown option, known are ${limitNames.join(', ')}`);
  if (!isCount(limit.perTr)) problems.push('kiwoom.limit.perTr: give a whole number of at least 1');
  if (limit.total !== undefined && !isCount(limit.total)) {
    problems.push('kiwoom.limit.total: give a whole number of at least 1, or leave it out');
  }
  if (!['sliding', 'calendar', 'bucket'].includes(limit.window)) {
    problems.push('kiwoom.limit.window: give sliding, calendar or bucket');
  }
  return problems;
};

const keyProblems = ({ keys, acceptAnyKey }: KiwoomSettings): string[] => {
  const problems: string[] = [];
  if (keys.length === 0 && !acceptAnyKey) problems.push('kiwoom.keys: none given and acceptAnyKey is off');
  if (new Set(keys.map((key) => key.appKey)).size < keys.length) {
    problems.push('kiwoom.keys: two entries share an appKey');
  }
  keys.forEach(({ appKey, secretKey, environment = 'real' }, index) => {
    const place = `kiwoom.keys[${String(index)}]`;
    if (!appKey || !secretKey) problems.push(`${place}: appKey and secretKey must not be empty`);
    if (!['real', 'paper'].includes(environment)) problems.push(`${place}.environment: give real or paper`);
  });
  return problems;
};

const differenceProblems = (differs: readonly KiwoomDifference[], codes: ReadonlySet<string>): string[] =>
  differs.flatMap((difference, index) => {
    const { symbol, venue = 'KRX', day, minute, volume, close } = difference;
    const place = `kiwoom.differs[${String(index)}]`;
    const problems: string[] = [];
    if (!codes.has(symbol)) problems.push(`${place}.symbol: ${symbol} is not in symbols`);
    if (!['KRX', 'NXT', 'UN'].includes(venue)) problems.push(`${place}.venue: give KRX, NXT or UN`);
    if (!isDayText(day)) problems.push(`${place}.day: give YYYYMMDD`);
    if (minute !== undefined && !/^([01]\d|2[0-3])[0-5]\d$/.test(minute)) problems.push(`${place}.minute: give HHMM`);
    if (volume === undefined && close === undefined) problems.push(`${place}: give volume, close or both`);
    if (volume !== undefined && !isStep(volume)) problems.push(`${place}.volume: give a whole number other than 0`);
    if (close !== undefined && !isStep(close)) problems.push(`${place}.close: give a whole number other than 0`);
    return problems;
  });

const valueProblems = (settings: KiwoomSettings): string[] => {
  const problems: string[] = [];
  if (!Number.isFinite(settings.tokenLifeMs) || settings.tokenLifeMs < 0) {
    problems.push('kiwoom.tokenLifeMs: give a number of at least 0');
  }
  if (!isCount(settings.minuteRetentionTradingDays)) {
    problems.push('kiwoom.minuteRetentionTradingDays: give a whole number of at least 1');
  }
  if (!['bracket', 'code'].includes(settings.tokenRefusal)) {
    problems.push('kiwoom.tokenRefusal: give bracket or code');
  }
  return problems;
};

/** Options in, settings and everything that is wrong with them out. */
export const settleKiwoom = (
  options: KiwoomOptions,
  sim: { readonly environment: Environment; readonly symbols: readonly { readonly code: string }[] },
): { settings: KiwoomSettings; problems: readonly string[] } => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged: Required<KiwoomOptions> = { ...kiwoomDefaults, ...given };
  const perTr = sim.environment === 'paper' ? PAPER_PER_TR : kiwoomDefaults.limit.perTr;
  const limit = { total: undefined, window: kiwoomDefaults.limit.window, perTr, ...options.limit };
  const settings: KiwoomSettings = { ...merged, limit };
  const unknown = Object.keys(options)
    .filter((name) => !Object.hasOwn(kiwoomDefaults, name))
    .map((name) => `kiwoom.${name}: unknown option, known are ${Object.keys(kiwoomDefaults).join(', ')}`);
  const codes = new Set(sim.symbols.map((symbol) => symbol.code));
  return {
    settings,
    problems: [
      ...unknown,
      ...limitProblems(limit),
      ...keyProblems(settings),
      ...differenceProblems(settings.differs, codes),
      ...valueProblems(settings),
    ],
  };
};

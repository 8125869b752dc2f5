import { demoKeys, type Environment, type SimKey } from '../account/keys.js';
import { networks, type NetworkName, type NetworkShape } from '../fault/network.js';
import type { LimitSettings } from '../limit/window.js';
import { instantOf, isDay } from '../market/kst.js';
import type { HaltedDay } from '../market/market.js';
import { defaultSymbols, type SimSymbol } from '../market/symbols.js';
import { settleLive, type LiveOptions, type LiveSettings } from './live/options.js';
import { settleKiwoom, type KiwoomOptions, type KiwoomSettings } from './kiwoom/options.js';

/**
 * Everything may be left out; `defaults` below has the values and their sources. Keys, tokens, quota and retention are
 * those of KIS; Kiwoom's own are in `kiwoom`.
 */
export interface BrokerSimOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Prices, delays and faults follow from it. */
  readonly seed?: number;
  /** The simulator's clock, epoch ms; "today" in Korea follows from it. */
  readonly now?: () => number;
  /**
   * Instead of `now`: when the simulator's clock starts, `2026-11-27T09:00` (KST, unless an offset follows). It runs on from there.
   * Tokens still name the end that the clock of the machine will show, by which programs go.
   */
  readonly clock?: string;
  /** Which domain this is; keys and TRs of the other one are refused with EGW02004 (KIS) or 8030 (Kiwoom). */
  readonly environment?: Environment;
  readonly keys?: readonly SimKey[];
  /** Take every key with every secret. */
  readonly acceptAnyKey?: boolean;
  /** Refuse calls without the header `custtype`. */
  readonly requireCusttype?: boolean;
  /** Quota of each key; a paper broker lets 1 call a second through unless told otherwise. */
  readonly limit?: Partial<LimitSettings>;
  readonly network?: NetworkName | NetworkShape;
  /** One token per key within this time, ms. */
  readonly tokenMinuteMs?: number;
  /** A second issue within this time hands out the same token, ms. */
  readonly sameTokenMs?: number;
  readonly tokenLifeMs?: number;
  /** Hand a dead token out again within `sameTokenMs`. */
  readonly deadTokenTrap?: boolean;
  /** How many trading days of minute bars are kept, today included. */
  readonly retentionTradingDays?: number;
  readonly symbols?: readonly SimSymbol[];
  readonly haltedSymbolDays?: readonly HaltedDay[];
  /** Positions in every account. */
  readonly holdings?: number;
  /** Arrivals and orders that the journal keeps; its counters go on beyond. */
  readonly journalEntries?: number;
  readonly kiwoom?: KiwoomOptions;
  /** WebSockets of both brokers. */
  readonly live?: LiveOptions;
}

export interface SimSettings extends Required<
  Omit<BrokerSimOptions, 'clock' | 'limit' | 'network' | 'kiwoom' | 'live'>
> {
  /** How far `now` is ahead of the machine's clock, ms; 0 unless a `clock` was given. */
  readonly aheadMs: number;
  readonly limit: LimitSettings;
  readonly network: NetworkShape;
  readonly kiwoom: KiwoomSettings;
  readonly live: LiveSettings;
}

/** Wall clock with fractions of a ms; two arrivals within one ms keep their order and distance. */
const wallClock = (): number => performance.timeOrigin + performance.now();

export const defaults = {
  port: 0, // a free one
  host: '127.0.0.1', // a simulator has no business on other interfaces
  seed: 20_261_102,
  now: wallClock,
  environment: 'real',
  keys: [demoKeys],
  acceptAnyKey: false, // a wrong key must look wrong
  requireCusttype: true, // documented as needed; some public clients leave it out, switch it off for them
  limit: { perSecond: 18, window: 'sliding' }, // published 2026-04-20 for real keys; sliding is the strictest reading
  network: 'none',
  tokenMinuteMs: 60_000, // one issue a minute since 2023-10-27
  sameTokenMs: 21_600_000, // six hours
  tokenLifeMs: 86_400_000, // 24 hours for personal keys
  deadTokenTrap: false, // single reports only
  retentionTradingDays: 250, // one public measurement of 2026-09-14
  symbols: defaultSymbols,
  haltedSymbolDays: [{ symbol: '035720', day: '20261104' }], // a whole day without rows inside the demo's week
  holdings: 3, // one page; more than 50 (paper 20) give a second one
  journalEntries: 200_000, // about 40 MB; counters stay exact beyond
  kiwoom: {}, // server/kiwoom/options.ts has its values
  live: {}, // server/live/options.ts has its values
} as const satisfies BrokerSimOptions;

/** Known beside those of `defaults`: it has no value of its own. */
const known = [...Object.keys(defaults), 'clock'];

/** Published 2026-04-20 for paper keys. */
const PAPER_PER_SECOND = 1;

/** Unknown, wrong or contradictory options. `problems` lists all of them. */
export class SimOptionsError extends Error {
  readonly code = 'SIM_OPTIONS';
  override readonly name = 'SimOptionsError';

  constructor(readonly problems: readonly string[]) {
    super(`[broker-sim] ${problems.join('; ')}`);
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
const isTime = (value: number): boolean => Number.isFinite(value) && value >= 0;

const limitProblems = (limit: LimitSettings): string[] => {
  const problems: string[] = [];
  const unknown = Object.keys(limit).filter((name) => name !== 'perSecond' && name !== 'window');
  for (const name of unknown) problems.push(`limit.${name}: unknown option, known are perSecond and window`);
  if (!isCount(limit.perSecond)) problems.push('limit.perSecond: give a whole number of at least 1');
  if (!['sliding', 'calendar', 'bucket'].includes(limit.window)) {
    problems.push('limit.window: give sliding, calendar or bucket');
  }
  return problems;
};

const networkProblems = (network: NetworkName | NetworkShape): string[] => {
  if (typeof network === 'string') {
    return Object.hasOwn(networks, network)
      ? []
      : [`network: give ${Object.keys(networks).join(', ')} or delays in ms`];
  }
  return (Object.keys(networks.calm) as (keyof NetworkShape)[])
    .filter((name) => !isTime(network[name]))
    .map((name) => `network.${name}: give a number of at least 0`);
};

const keyProblems = (options: SimSettings): string[] => {
  const problems: string[] = [];
  if (options.keys.length === 0 && !options.acceptAnyKey) problems.push('keys: none given and acceptAnyKey is off');
  if (new Set(options.keys.map((key) => key.appKey)).size < options.keys.length) {
    problems.push('keys: two entries share an appKey');
  }
  options.keys.forEach((key, index) => {
    const place = `keys[${String(index)}]`;
    if (key.appKey === '' || key.appSecret === '') problems.push(`${place}: appKey and appSecret must not be empty`);
    if (key.account !== undefined && !/^\d{10}$/.test(key.account)) problems.push(`${place}.account: give ten digits`);
  });
  return problems;
};

const marketProblems = (options: SimSettings): string[] => {
  const problems: string[] = [];
  const codes = new Set(options.symbols.map((symbol) => symbol.code));
  if (codes.size < options.symbols.length) problems.push('symbols: two entries share a code');
  options.symbols.forEach((symbol, index) => {
    if (!/^\w{1,12}$/.test(symbol.code))
      problems.push(`symbols[${String(index)}].code: give 1 to 12 letters or digits`);
    const sound = symbol.basePrice > 0 && symbol.tradesPerMinute > 0 && symbol.meanSize > 0;
    if (!sound || symbol.idleShare < 0 || symbol.idleShare > 1) {
      problems.push(`symbols[${String(index)}]: prices, trades and sizes must be positive, idleShare within 0…1`);
    }
  });
  options.symbols.forEach(({ split }, index) => {
    if (split !== undefined && (!isDay(split.day) || !isCount(split.ratio))) {
      problems.push(`symbols[${String(index)}].split: give day as YYYYMMDD and ratio as a whole number`);
    }
  });
  options.haltedSymbolDays.forEach((halt, index) => {
    const place = `haltedSymbolDays[${String(index)}]`;
    if (!isDay(halt.day)) problems.push(`${place}.day: give YYYYMMDD`);
    // The default halt is allowed to name a symbol that a custom table does not have.
    const given = options.haltedSymbolDays !== defaults.haltedSymbolDays;
    if (given && !codes.has(halt.symbol)) problems.push(`${place}.symbol: ${halt.symbol} is not in symbols`);
  });
  return problems;
};

const numberProblems = (options: SimSettings): string[] => {
  const problems: string[] = [];
  for (const name of ['tokenMinuteMs', 'sameTokenMs', 'tokenLifeMs', 'holdings'] as const) {
    if (!isTime(options[name])) problems.push(`${name}: give a number of at least 0`);
  }
  for (const name of ['retentionTradingDays', 'journalEntries'] as const) {
    if (!isCount(options[name])) problems.push(`${name}: give a whole number of at least 1`);
  }
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) problems.push('port: give 0…65535');
  if (!Number.isFinite(options.seed)) problems.push('seed: give a number');
  if (!['real', 'paper'].includes(options.environment)) problems.push('environment: give real or paper');
  if (options.sameTokenMs > options.tokenLifeMs) {
    problems.push('sameTokenMs is longer than tokenLifeMs: a token would be handed out again after its end');
  }
  return problems;
};

/** The clock of the simulator, and how far it is ahead of the machine's. */
const clockOf = ({ now, clock }: BrokerSimOptions, problems: string[]): Pick<SimSettings, 'now' | 'aheadMs'> => {
  if (clock === undefined) return { now: now ?? defaults.now, aheadMs: 0 };
  if (now !== undefined) problems.push('clock: now is given too, give one of them');
  const start = instantOf(clock);
  if (start === undefined) problems.push('clock: give a day and a time of day, such as 2026-11-27T09:00');
  const aheadMs = start === undefined ? 0 : start - wallClock();
  return { now: () => wallClock() + aheadMs, aheadMs };
};

/** Options in, settings out; everything that is wrong is reported at once. Throws SimOptionsError. */
export const settle = (options: BrokerSimOptions = {}): SimSettings => {
  const problems = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: unknown option, known are ${known.join(', ')}`);
  const { clock: _clock, ...given } = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as BrokerSimOptions;
  const merged: Required<Omit<BrokerSimOptions, 'clock'>> = { ...defaults, ...given };
  const perSecond = merged.environment === 'paper' ? PAPER_PER_SECOND : defaults.limit.perSecond;
  const limit: LimitSettings = { window: defaults.limit.window, perSecond, ...options.limit };
  problems.push(...networkProblems(merged.network));
  const network =
    typeof merged.network === 'string' ? (networks[merged.network] as NetworkShape | undefined) : merged.network;
  const kiwoom = settleKiwoom(merged.kiwoom, merged);
  const live = settleLive(merged.live);
  const settings: SimSettings = {
    ...merged,
    ...clockOf(options, problems),
    limit,
    network: network ?? networks.none,
    kiwoom: kiwoom.settings,
    live: live.settings,
  };
  problems.push(
    ...limitProblems(limit),
    ...keyProblems(settings),
    ...marketProblems(settings),
    ...numberProblems(settings),
    ...kiwoom.problems,
    ...live.problems,
  );
  if (problems.length > 0) throw new SimOptionsError(problems);
  return settings;
};

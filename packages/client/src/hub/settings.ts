import { createHash } from 'node:crypto';

import { z } from 'zod';

import { brokerNames, type BrokerName } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { dayMs, kstMidnight } from '../broker/kst.js';
import { ConfigInvalid } from '../error/index.js';
import { withKeysFile } from './keys-file.js';
import { variables, withEnvironment, type Env, type Given, type HubOptions } from './options.js';
import { directSchema, keyFields, serviceSchema, type kisSchema, type kiwoomSchema } from './settings-schema.js';

type KisGiven = z.output<typeof kisSchema>;
type KiwoomGiven = z.output<typeof kiwoomSchema>;

/** What holds for each key; limits without the part that is left to others. */
interface EveryKeySettings {
  readonly environment: 'real' | 'paper';
  /** `https://host:port`. */
  readonly baseUrl: string;
  /** Calls per second of a key; at Kiwoom of a key and one api-id. */
  readonly perSecond: number;
  /** Calls per minute of a key; undefined: no such limit. */
  readonly perMinute: number | undefined;
  /** Wait between two token requests of a key, ms. */
  readonly tokenCooldownMs: number;
  /** How long a key that the broker turned away is left alone, ms. */
  readonly keyCooldownMs: number;
  /** Live feeds that a key may have registered at a time. */
  readonly registrations: number;
  /** Slots of the quota that an open WebSocket keeps. */
  readonly realtimeOccupancy: number;
}

/** KIS, as it is set up. Holds secrets. */
export interface KisSettings extends EveryKeySettings {
  /** Whether every POST carries the hash of its body, which a call of its own fetches. */
  readonly hashKey: boolean;
  /** One at least; a single pair is a list of one. */
  readonly keys: readonly (Omit<KisGiven['keys'][number], 'newSince'> & {
    readonly keyId: string;
    /** What a new key may do, and until when (UTC epoch ms). */
    readonly fresh: { readonly perSecond: number; readonly untilMs: number } | undefined;
  })[];
  /** Wait between two requests for the approval key of a WebSocket, ms. */
  readonly approvalCooldownMs: number;
}

/** Kiwoom, as it is set up. Holds secrets. */
export interface KiwoomSettings extends EveryKeySettings {
  /** One at least; a single pair is a list of one. */
  readonly keys: readonly (KiwoomGiven['keys'][number] & { readonly keyId: string })[];
  /** Calls per second of a key, all api-ids together. */
  readonly totalPerSecond: number;
}

/** Of a hub that calls the brokers itself: at least one of them is there. Every time is in ms. Holds secrets. */
export type DirectSettings = Omit<z.output<typeof directSchema>, BrokerName> & {
  readonly kis: KisSettings | undefined;
  readonly kiwoom: KiwoomSettings | undefined;
};

/** Of a hub in service mode: no keys, and every time in ms. */
export type ServiceSettings = z.output<typeof serviceSchema>;

/** What `createHub` goes by: checked, and with every default filled in. `mode` tells the two apart. */
export type Settings = DirectSettings | ServiceSettings;

/** First 12 hex digits of SHA-256(app key): names a key without being one. */
export const keyIdOf = (appKey: string): string => createHash('sha256').update(appKey).digest('hex').slice(0, 12);

/** True for hosts on this machine: there a private pair of Redis servers will do. Throws a TypeError for what is no URL. */
export const isLoopback = (url: string): boolean => {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
};

/** Options, then environment, then defaults → settings. Throws one HUB_CONFIG that lists every problem. Opens nothing but the key file. */
export const settingsOf = (options: HubOptions, env: Env): Settings => {
  const given = withEnvironment(options, env);
  const { mode = 'direct' } = given;
  if (mode === 'service') return serviceSettings(given);
  if (mode === 'direct') return directSettings(withKeysFile(given, options, env));
  throw new ConfigInvalid(['mode (HUB_MODE): must be direct or service']);
};

/** What makes a broker one that is meant to be used: half a key pair is a mistake, a lone host or limit is not. */
const keyNames = { kis: ['appKey', 'appSecret', 'keys'], kiwoom: ['appKey', 'secretKey', 'keys'] } as const;

const directSettings = (given: Given): DirectSettings => {
  const wanted = brokerNames.filter((broker) => keyNames[broker].some((name) => given[broker][name] !== undefined));
  // Nothing is set up: say what is missing in terms of the first broker.
  const brokers = wanted.length === 0 ? (['kis'] as const) : wanted;
  const asked: Record<string, unknown> = { ...given, mode: 'direct', kis: undefined, kiwoom: undefined };
  for (const broker of brokers) asked[broker] = withList(broker, given[broker]);
  const data = parsed(directSchema, asked, given);
  for (const key of ['vaultKey', 'callerKey'] as const) {
    if (data[`${key}Also`] === undefined || data[key] !== undefined) continue;
    throw new ConfigInvalid([`${named([`${key}Also`])}: goes with ${named([key])}, which is not set`]);
  }
  return { ...data, kis: data.kis && kisSettings(data.kis), kiwoom: data.kiwoom && kiwoomSettings(data.kiwoom) };
};

/** What tokens are encrypted with (the first), and what may have encrypted those that are stored. */
export const vaultKeysOf = ({ vaultKey, vaultKeyAlso }: DirectSettings): readonly Buffer[] =>
  [vaultKey, vaultKeyAlso].filter((key) => key !== undefined);

/** A single pair is a list of one. */
const withList = (broker: BrokerName, given: Given[BrokerName]): Given[BrokerName] => {
  if (given.keys !== undefined) return given;
  const own = (name: string): boolean => (keyFields[broker] as readonly string[]).includes(name);
  const [key, rest] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => own(name) === wanted)),
  );
  return { ...rest, keys: [key] };
};

/** What is left for the hub, and never nothing. */
const without = (headroom: number, limit: number): number => Math.max(1, Math.floor(limit * (1 - headroom) + 1e-9));

const everyKey = (broker: 'kis' | 'kiwoom', given: KisGiven | KiwoomGiven): EveryKeySettings => {
  const { environment, baseUrl, perSecond, perMinute, headroom, tokenCooldownMs, keyCooldownMs } = given;
  const { registrations, realtimeOccupancy } = given;
  const own = { kis, kiwoom }[broker];
  const limits = { kis: kisLimits, kiwoom: kiwoomLimits }[broker];
  return {
    environment,
    baseUrl: baseUrl ?? own.hosts[environment],
    perSecond: without(headroom, perSecond ?? limits[environment].value),
    perMinute: perMinute && without(headroom, perMinute),
    tokenCooldownMs,
    keyCooldownMs,
    registrations: registrations ?? own.realtimeLimits.registration.value,
    realtimeOccupancy,
  };
};

const kisSettings = (given: KisGiven): KisSettings => {
  const every = everyKey('kis', given);
  // The smaller figure wins: whoever sets both means the other one for the time after.
  const perSecond = Math.min(every.perSecond, without(given.headroom, kisLimits.newKey.value));
  return {
    ...every,
    hashKey: given.hashKey,
    approvalCooldownMs: given.approvalCooldownMs,
    keys: given.keys.map(({ newSince = given.newSince, ...key }) => {
      const since = newSince === undefined || given.environment === 'paper' ? undefined : kstMidnight(newSince);
      const untilMs = since === undefined ? undefined : since + kisLimits.newKeyDays.value * dayMs;
      return { ...key, keyId: keyIdOf(key.appKey), fresh: untilMs === undefined ? undefined : { perSecond, untilMs } };
    }),
  };
};

const kiwoomSettings = (given: KiwoomGiven): KiwoomSettings => ({
  ...everyKey('kiwoom', given),
  totalPerSecond: without(given.headroom, given.totalPerSecond ?? kiwoomLimits.total.value),
  keys: given.keys.map((key) => ({ ...key, keyId: keyIdOf(key.appKey) })),
});

/** A program in service mode must have nothing to leak: what it does not need is refused, not overlooked. */
const secretPaths = [
  ...brokerNames.flatMap((broker) => [...keyFields[broker], 'keys'].map((name) => `${broker}.${name}`)),
  'vaultKey',
  'vaultKeyAlso',
  'callerKey',
  'callerKeyAlso',
  'keysFile',
];

const serviceSettings = (given: Given): ServiceSettings => {
  const secrets = secretPaths.filter((path) => valueAt(given, path.split('.')) !== undefined);
  if (secrets.length > 0) {
    throw new ConfigInvalid(
      secrets.map((path) => `${path} (${variables[path] ?? ''}) is set, but a hub in service mode takes no keys`),
      'Take them out of this program and its environment: only the RestApiWorker (`hub serve`) needs them.',
    );
  }
  // What the worker's hub decides.
  const { kis: _kis, kiwoom: _kiwoom, renewBeforeMs: _renewBeforeMs, retries: _retries, ...shared } = given;
  const { callerWeights: _callerWeights, lockUrls: _lockUrls, circuitFailures: _failures, ...others } = shared;
  const { circuitPauseMs: _pauseMs, circuitLongestPauseMs: _longestPauseMs, ...rest } = others;
  const { realtimeGraceMs: _graceMs, realtimePreopen: _preopen, realtime: _realtime, ...own } = rest;
  return parsed(serviceSchema, own, given);
};

const parsed = <T>(schema: z.ZodType<T>, asked: unknown, given: Given): T => {
  const result = schema.safeParse(asked);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new ConfigInvalid(
    issues.map((issue) => describe(issue, given)),
    remedyFor(issues),
  );
};

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  );

const describe = (issue: z.core.$ZodIssue, given: Given): string => {
  const path = pathIn(given, issue.path);
  const name = named(path);
  if (issue.code === 'unrecognized_keys') {
    // A name in a list of keys may be a key that somebody put in the wrong place.
    if (path.includes('keys')) return `${name} has an option that no key has`;
    return `unknown option ${issue.keys.map((key) => [...path, key].join('.')).join(', ')}`;
  }
  const missing = issue.code === 'invalid_type' && valueAt(given, path) === undefined;
  return missing ? `${name} is missing` : `${name}: ${inOurWords(issue)}`;
};

/** Where the user finds it: a single pair was put in a list by us. */
const pathIn = (given: Given, path: readonly PropertyKey[]): readonly PropertyKey[] => {
  const [broker, list, , ...field] = path;
  const single = brokerNames.some((name) => name === broker && given[name].keys === undefined);
  return single && list === 'keys' ? [broker as BrokerName, ...field] : path;
};

/** With the environment variable that it comes from; what is in a list has that of the list. */
const named = (path: readonly PropertyKey[]): string => {
  const variable = variables[path.join('.')] ?? variables[path.slice(0, 2).join('.')] ?? variables[String(path[0])];
  return variable === undefined ? path.join('.') : `${path.join('.')} (${variable})`;
};

const inOurWords = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'must not be empty' : `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${String(issue.maximum)}`;
    default:
      return issue.message;
  }
};

const remedyFor = (issues: readonly z.core.$ZodIssue[]): string => {
  const remedies: string[] = [];
  if (issues.some(({ path }) => path[0] === 'redis')) {
    remedies.push(
      'Set REDIS_URL and REDIS_URL_GATEKEEPER to the two servers that all processes share: two ledgers for one key are two quotas.',
    );
  }
  if (issues.some(({ path }) => /^(appKey|appSecret|secretKey)$/.test(String(path.at(-1))))) {
    remedies.push(
      'One broker is enough: HUB_KIS_APP_KEY and HUB_KIS_APP_SECRET, or HUB_KIWOOM_APP_KEY and HUB_KIWOOM_SECRET_KEY; a program without keys says HUB_MODE=service.',
    );
  }
  return remedies.length > 0 ? remedies.join(' ') : 'Mend the settings named above; `hub doctor` checks them all.';
};

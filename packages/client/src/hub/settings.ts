import { createHash } from 'node:crypto';

import { z } from 'zod';

import { brokerNames, type BrokerName } from '../broker/contract.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { ConfigInvalid } from '../error/index.js';
import { variables, withEnvironment, type Env, type Given, type HubOptions } from './options.js';
import { directSchema, serviceSchema, type kisSchema, type kiwoomSchema } from './settings-schema.js';

export type KisSettings = z.output<typeof kisSchema> & {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly perSecond: number;
};

export type KiwoomSettings = z.output<typeof kiwoomSchema> & {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly perSecond: number;
  readonly totalPerSecond: number;
};

/** Of a hub that calls the brokers itself: at least one of them is there. */
export type DirectSettings = Omit<z.output<typeof directSchema>, BrokerName> & {
  readonly kis: KisSettings | undefined;
  readonly kiwoom: KiwoomSettings | undefined;
};

export type ServiceSettings = z.output<typeof serviceSchema>;

export type Settings = DirectSettings | ServiceSettings;

/** First 12 hex digits of SHA-256(app key): names a key without being one. */
export const keyIdOf = (appKey: string): string => createHash('sha256').update(appKey).digest('hex').slice(0, 12);

/** True for hosts on this machine: there a private pair of Redis servers will do. */
export const isLoopback = (url: string): boolean => {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
};

/** Options and environment → settings, or one HUB_CONFIG that lists every problem. Opens nothing. */
export const settingsOf = (options: HubOptions, env: Env): Settings => {
  const given = withEnvironment(options, env);
  const { mode = 'direct' } = given;
  if (mode === 'service') return serviceSettings(given);
  if (mode === 'direct') return directSettings(given);
  throw new ConfigInvalid(['mode (HUB_MODE): must be direct or service']);
};

/** What makes a broker one that is meant to be used: half a key pair is a mistake, a lone host or limit is not. */
const keyNames = { kis: ['appKey', 'appSecret'], kiwoom: ['appKey', 'secretKey'] } as const;

const directSettings = (given: Given): DirectSettings => {
  const wanted = brokerNames.filter((broker) => keyNames[broker].some((name) => given[broker][name] !== undefined));
  // Nothing is set up: say what is missing in terms of the first broker.
  const brokers = wanted.length === 0 ? (['kis'] as const) : wanted;
  const asked: Record<string, unknown> = { ...given, mode: 'direct', kis: undefined, kiwoom: undefined };
  for (const broker of brokers) asked[broker] = given[broker];
  const data = parsed(directSchema, asked, given);
  return {
    ...data,
    kis: data.kis && {
      ...data.kis,
      baseUrl: data.kis.baseUrl ?? kis.hosts[data.kis.environment],
      keyId: keyIdOf(data.kis.appKey),
      perSecond: data.kis.perSecond ?? kisLimits[data.kis.environment].value,
    },
    kiwoom: data.kiwoom && {
      ...data.kiwoom,
      baseUrl: data.kiwoom.baseUrl ?? kiwoom.hosts[data.kiwoom.environment],
      keyId: keyIdOf(data.kiwoom.appKey),
      perSecond: data.kiwoom.perSecond ?? kiwoomLimits[data.kiwoom.environment].value,
      totalPerSecond: data.kiwoom.totalPerSecond ?? kiwoomLimits.total.value,
    },
  };
};

/** A program in service mode must have nothing to leak: what it does not need is refused, not overlooked. */
const secretPaths = ['kis.appKey', 'kis.appSecret', 'kis.account', 'kiwoom.appKey', 'kiwoom.secretKey', 'vaultKey'];

const serviceSettings = (given: Given): ServiceSettings => {
  const secrets = secretPaths.filter((path) => valueAt(given, path.split('.')) !== undefined);
  if (secrets.length > 0) {
    throw new ConfigInvalid(
      secrets.map((path) => `${path} (${variables[path] ?? ''}) is set, but a hub in service mode takes no keys`),
      'Take them out of this program and its environment: only the RestApiWorker (`hub serve`) needs them.',
    );
  }
  const { kis: _kis, kiwoom: _kiwoom, renewBeforeMs: _renewBeforeMs, retries: _retries, ...rest } = given;
  return parsed(serviceSchema, rest, given);
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
  const path = issue.path.join('.');
  const variable = variables[path];
  const name = variable === undefined ? path : `${path} (${variable})`;
  if (issue.code === 'unrecognized_keys') {
    return `unknown option ${issue.keys.map((key) => [...issue.path, key].join('.')).join(', ')}`;
  }
  const missing = issue.code === 'invalid_type' && valueAt(given, issue.path) === undefined;
  return missing ? `${name} is missing` : `${name}: ${inOurWords(issue)}`;
};

const inOurWords = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`;
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
  if (issues.some(({ path }) => /^(appKey|appSecret|secretKey)$/.test(String(path[1])))) {
    remedies.push(
      'One broker is enough: HUB_KIS_APP_KEY and HUB_KIS_APP_SECRET, or HUB_KIWOOM_APP_KEY and HUB_KIWOOM_SECRET_KEY; a program without keys says HUB_MODE=service.',
    );
  }
  return remedies.length > 0 ? remedies.join(' ') : 'Mend the settings named above; `hub doctor` checks them all.';
};

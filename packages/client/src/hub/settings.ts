import { createHash } from 'node:crypto';

import { z } from 'zod';

import { ConfigInvalid } from '../error/index.js';
import { kis } from '../broker/kis/index.js';
import { kisLimits } from '../broker/kis/limits.js';
import { maxDeadlineMs } from '../ledger/contract.js';

/** Every default, with its reason. Each can be overridden by an option of the same name. */
export const defaults = {
  /** Of one attempt, from its permit to its last byte. KIS answers in 30–300 ms; its own timeouts come later. */
  timeoutMs: 5_000,
  /** Repetitions after the first attempt; each one spends quota. */
  retries: 4,
  /** Longer than any clock skew between machines. */
  renewBeforeMs: 600_000,
  redisConnectTimeoutMs: 5_000,
  redisCommandTimeoutMs: 5_000,
} as const;

const text = z.string().trim().min(1);

/** Calls bring their own paths, so one in the base would be lost; credentials are none of ours to send. */
const isOrigin = (text: string): boolean => {
  const { origin, href } = new URL(text);
  return href === `${origin}/`;
};

const kisOptions = z.strictObject({
  appKey: text,
  appSecret: text,
  /** Real and paper have different keys. */
  environment: z.enum(['real', 'paper']).default('real'),
  /** Another host than the broker's own: the simulator. */
  baseUrl: z
    .url({ protocol: /^https?$/, abort: true })
    .refine(isOrigin, 'must be scheme, host and port alone, like http://127.0.0.1:9443')
    .optional(),
  /** Account number, `12345678-01`; only for account calls. */
  account: z
    .string()
    .regex(/^\d{8}-?\d{2}$/, 'must be 8 + 2 digits, like 12345678-01')
    .optional(),
  /** Calls per second of this key, when it differs from the published figure. */
  perSecond: z.number().int().min(1).max(100).optional(),
  /** Wait between two token requests; the broker's own minute unless a simulator shortens it. */
  tokenCooldownMs: z.number().int().min(1).default(kisLimits.tokenCooldownMs.value),
});

/** A password with a bare % or # in it breaks the URL in the middle of the library otherwise. */
const isReadable = (url: string): boolean => {
  try {
    const { username, password, hostname } = new URL(url);
    decodeURIComponent(username + password + hostname);
    return true;
  } catch {
    return false;
  }
};

const redisUrl = text
  .refine((url) => /^(rediss?|unix):\/\//.test(url), {
    error: 'must start with redis://, rediss:// or unix://',
    abort: true,
  })
  .refine(isReadable, 'is no URL; write special characters of the password percent-encoded');

const schema = z.strictObject({
  redis: z.strictObject({ main: redisUrl, gatekeeper: redisUrl }),
  kis: kisOptions,
  timeoutMs: z.number().int().min(100).max(maxDeadlineMs).default(defaults.timeoutMs),
  retries: z.number().int().min(0).max(10).default(defaults.retries),
  // A renewal within the hours in which the broker repeats its token would bring the same one, minute after minute.
  renewBeforeMs: z.number().int().min(0).max(kisLimits.sameTokenMs.value).default(defaults.renewBeforeMs),
  redisConnectTimeoutMs: z.number().int().min(100).default(defaults.redisConnectTimeoutMs),
  redisCommandTimeoutMs: z.number().int().min(100).default(defaults.redisCommandTimeoutMs),
  vaultKey: z
    .string()
    .transform((encoded, context) => {
      const key = Buffer.from(encoded, /^[0-9a-f]{64}$/i.test(encoded) ? 'hex' : 'base64');
      if (key.length === 32) return key;
      context.addIssue({ code: 'custom', message: 'must be 32 bytes, as 64 hex digits or base64' });
      return z.NEVER;
    })
    .optional(),
});

/** What `createHub` takes. Everything that is left out comes from the environment, then from the defaults. */
export interface HubOptions {
  readonly redis?: { readonly main?: string | undefined; readonly gatekeeper?: string | undefined };
  readonly kis?: {
    readonly appKey?: string | undefined;
    readonly appSecret?: string | undefined;
    readonly environment?: 'real' | 'paper' | undefined;
    readonly baseUrl?: string | undefined;
    readonly account?: string | undefined;
    readonly perSecond?: number | undefined;
    readonly tokenCooldownMs?: number | undefined;
  };
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
  readonly renewBeforeMs?: number | undefined;
  readonly redisConnectTimeoutMs?: number | undefined;
  readonly redisCommandTimeoutMs?: number | undefined;
  /** 32 bytes, hex or base64: tokens are stored encrypted. */
  readonly vaultKey?: string | undefined;
}

export type Settings = Omit<z.output<typeof schema>, 'kis'> & {
  readonly kis: z.output<typeof kisOptions> & {
    readonly baseUrl: string;
    readonly keyId: string;
    readonly perSecond: number;
  };
};

/** Name of the environment variable for a setting, used in messages and for reading. */
const variables: Readonly<Record<string, string>> = {
  'redis.main': 'REDIS_URL',
  'redis.gatekeeper': 'REDIS_URL_GATEKEEPER',
  'kis.appKey': 'HUB_KIS_APP_KEY',
  'kis.appSecret': 'HUB_KIS_APP_SECRET',
  'kis.environment': 'HUB_KIS_ENV',
  'kis.baseUrl': 'HUB_KIS_BASE_URL',
  'kis.account': 'HUB_KIS_ACCOUNT',
  'kis.perSecond': 'HUB_KIS_PER_SECOND',
  'kis.tokenCooldownMs': 'HUB_KIS_TOKEN_COOLDOWN_MS',
  vaultKey: 'HUB_VAULT_KEY',
};

/** First 12 hex digits of SHA-256(app key): names a key without being one. */
export const keyIdOf = (appKey: string): string => createHash('sha256').update(appKey).digest('hex').slice(0, 12);

/** True for hosts on this machine: there a private pair of Redis servers will do. */
export const isLoopback = (url: string): boolean => {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
};

/** Options and environment → settings, or one HUB_CONFIG that lists every problem. Opens nothing. */
export const settingsOf = (options: HubOptions, env: Readonly<Record<string, string | undefined>>): Settings => {
  const given = merged(options, env);
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new ConfigInvalid(
      parsed.error.issues.map((issue) => describe(issue, given)),
      remedyFor(parsed.error.issues),
    );
  const { data } = parsed;
  return {
    ...data,
    kis: {
      ...data.kis,
      baseUrl: data.kis.baseUrl ?? kis.hosts[data.kis.environment],
      keyId: keyIdOf(data.kis.appKey),
      perSecond: data.kis.perSecond ?? kisLimits[data.kis.environment].value,
    },
  };
};

const merged = (options: HubOptions, env: Readonly<Record<string, string | undefined>>): Record<string, unknown> => {
  const result: Record<string, unknown> = { ...options, redis: { ...options.redis }, kis: { ...options.kis } };
  for (const [path, variable] of Object.entries(variables)) {
    const value = env[variable];
    const [group, name] = path.split('.') as [string, string?];
    const target = name === undefined ? result : (result[group] as Record<string, unknown>);
    const key = name ?? group;
    if (target[key] !== undefined || value === undefined || value === '') continue;
    target[key] = /(perSecond|Ms)$/.test(key) ? Number(value) : value;
  }
  return result;
};

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  );

const describe = (issue: z.core.$ZodIssue, given: unknown): string => {
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

const remedyFor = (issues: readonly z.core.$ZodIssue[]): string =>
  issues.some(({ path }) => path[0] === 'redis')
    ? 'Set REDIS_URL and REDIS_URL_GATEKEEPER to the two servers that all processes share: two ledgers for one key are two quotas.'
    : 'Mend the settings named above; `hub doctor` checks them all.';

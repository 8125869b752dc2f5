import { z } from 'zod';

import { kisLimits } from '../broker/kis/limits.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { maxDeadlineMs } from '../ledger/contract.js';

/** Every default, with its reason. Each can be overridden by an option of the same name, where no other is named. */
export const defaults = {
  /** Of one attempt, from its permit to its last byte. Brokers answer in 30–300 ms; their own timeouts come later. */
  timeoutMs: 5_000,
  /** Repetitions after the first attempt; each one spends quota. */
  retries: 4,
  /** Longer than any clock skew between machines. */
  renewBeforeMs: 600_000,
  redisConnectTimeoutMs: 5_000,
  redisCommandTimeoutMs: 5_000,
  /**
   * Of a whole call in service mode; `deadlineMs` of the call overrides it. A backfill in front of it may take minutes,
   * and nobody wants the answer of a call that was made an hour ago.
   */
  queuedDeadlineMs: 600_000,
  /** Of an order in service mode, likewise: the price of half a minute ago is not the one that was meant. */
  queuedOrderDeadlineMs: 30_000,
} as const;

const text = z.string().trim().min(1);

/** Calls bring their own paths, so one in the base would be lost; credentials are none of ours to send. */
const isOrigin = (url: string): boolean => {
  const { origin, href } = new URL(url);
  return href === `${origin}/`;
};

/** Another host than the broker's own: the simulator. */
const baseUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(isOrigin, 'must be scheme, host and port alone, like http://127.0.0.1:9443')
  .optional();

/** Real and paper have different keys. */
const environment = z.enum(['real', 'paper']).default('real');

const perSecond = z.number().int().min(1).max(100).optional();

export const kisSchema = z.strictObject({
  appKey: text,
  appSecret: text,
  environment,
  baseUrl,
  /** Account number, `12345678-01`; only for account calls. */
  account: z
    .string()
    .regex(/^\d{8}-?\d{2}$/, 'must be 8 + 2 digits, like 12345678-01')
    .optional(),
  /** Calls per second of this key, when it differs from the published figure. */
  perSecond,
  /** Wait between two token requests; the broker's own minute unless a simulator shortens it. */
  tokenCooldownMs: z.number().int().min(1).default(kisLimits.tokenCooldownMs.value),
});

export const kiwoomSchema = z.strictObject({
  appKey: text,
  /** `secretkey` in Kiwoom's words. */
  secretKey: text,
  environment,
  baseUrl,
  /** Calls per second of this key and one api-id, when it differs from the observed figure. */
  perSecond,
  /** Calls per second of this key, all ids together. */
  totalPerSecond: perSecond,
  /** Wait between two token requests. */
  tokenCooldownMs: z.number().int().min(1).default(kiwoomLimits.tokenCooldownMs.value),
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

const timeoutMs = z.number().int().min(100).max(maxDeadlineMs);

const connections = {
  redisConnectTimeoutMs: z.number().int().min(100).default(defaults.redisConnectTimeoutMs),
  redisCommandTimeoutMs: z.number().int().min(100).default(defaults.redisCommandTimeoutMs),
};

export const directSchema = z.strictObject({
  mode: z.literal('direct'),
  redis: z.strictObject({ main: redisUrl, gatekeeper: redisUrl }),
  kis: kisSchema.optional(),
  kiwoom: kiwoomSchema.optional(),
  timeoutMs: timeoutMs.default(defaults.timeoutMs),
  retries: z.number().int().min(0).max(10).default(defaults.retries),
  ...connections,
  // A renewal within the hours in which the broker repeats its token would bring the same one, minute after minute.
  renewBeforeMs: z.number().int().min(0).max(kisLimits.sameTokenMs.value).default(defaults.renewBeforeMs),
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

/** A hub without keys: the queues of the main server are all it needs. */
export const serviceSchema = z.strictObject({
  mode: z.literal('service'),
  redis: z.strictObject({ main: redisUrl, gatekeeper: redisUrl.optional() }),
  /** That of the worker's hub unless this program wants another one. */
  timeoutMs: timeoutMs.optional(),
  ...connections,
});

import { z } from 'zod';

import { kisLimits } from '../broker/kis/limits.js';
import { kiwoomLimits } from '../broker/kiwoom/limits.js';
import { kstMidnight } from '../broker/kst.js';
import { maxDeadlineMs } from '../ledger/contract.js';
import { isCallerToken } from '../service/caller-token.js';
import { isCaller } from './caller.js';

/** Every default, with its reason. Each can be overridden by an option of the same name, where no other is named. */
export const defaults = {
  /** Of one attempt, from its permit to its last byte. Brokers answer in 30–300 ms; their own timeouts come later. */
  timeoutMs: 5_000,
  /** Repetitions after the first attempt; each one spends quota. */
  retries: 4,
  /** Longer than any clock skew between machines. */
  renewBeforeMs: 600_000,
  /** How long a key that the broker turned away is left alone: once a minute is often enough to see that it is mended. */
  keyCooldownMs: 60_000,
  /** Share of every limit that is left to programs outside the hub. */
  headroom: 0,
  /**
   * Calls in a row, of all processes, that get no answer of the broker before the others stop asking. A single call with its
   * repetitions makes five; a broker that is well loses a packet now and then, but not ten calls.
   */
  circuitFailures: 10,
  /** The shortest outages on record are over by then. */
  circuitPauseMs: 5_000,
  /** Once a minute is often enough to see that a night's maintenance is over. */
  circuitLongestPauseMs: 60_000,
  /** A feed that nobody wants keeps its registration for so long: programs restart, and each change counts as abuse. */
  realtimeGraceMs: 10_000,
  /** Ten minutes to find out what is wrong; before 08:30 nothing is collected at KRX, and brokers may be down for the night. */
  realtimePreopen: '08:50',
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

/** What holds for each key of a broker, whichever broker it is. */
const everyKey = {
  environment,
  baseUrl,
  /** Calls per minute of each key, all endpoints together; no such limit when left out. */
  perMinute: z.number().int().min(1).max(6_000).optional(),
  /** The hub uses `limit × (1 − headroom)`, rounded down, and 1 at least: of published figures and of those set here. */
  headroom: z.number().min(0).lt(1).default(defaults.headroom),
  keyCooldownMs: z.number().int().min(1).default(defaults.keyCooldownMs),
  /** Live feeds that each key may have registered, when it differs from the figure in use. */
  registrations: z.number().int().min(1).max(1_000).optional(),
  /** Slots of the quota that an open WebSocket keeps. Both brokers count it apart (observed), so none unless told otherwise. */
  realtimeOccupancy: z.number().int().min(0).max(100).default(0),
};

/** Several key pairs, each with a quota and a token of its own. A single pair is given without this list. */
const keyList = <T extends z.ZodType<{ readonly appKey: string }>>(key: T) =>
  z
    .array(key, { error: 'must be a list of keys; in the environment as JSON, [{"appKey":"…", …}, …]' })
    .min(1)
    .superRefine((keys, context) => {
      const seen = new Set<string>();
      keys.forEach(({ appKey }, index) => {
        if (seen.has(appKey)) context.addIssue({ code: 'custom', path: [index, 'appKey'], message: 'is there twice' });
        seen.add(appKey);
      });
    });

/** What belongs to a key stands in the list when there is one. */
const notBeside = z.undefined({ error: 'is set beside a list of keys: give one form, not both' }).optional();

/** First day of a key, KST. */
const newSince = z
  .string()
  .refine((day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && kstMidnight(day) !== undefined, 'must be a day, YYYY-MM-DD')
  .optional();

const kisKey = z.strictObject({
  appKey: text,
  appSecret: text,
  /** Account number, `12345678-01`; only for account calls. */
  account: z
    .string()
    .regex(/^\d{8}-?\d{2}$/, 'must be 8 + 2 digits, like 12345678-01')
    .optional(),
  newSince,
});

/** The fields of a single pair, which may stand without a list. */
export const keyFields = {
  kis: ['appKey', 'appSecret', 'account'],
  kiwoom: ['appKey', 'secretKey'],
} as const;

export const kisSchema = z.strictObject({
  keys: keyList(kisKey),
  appKey: notBeside,
  appSecret: notBeside,
  account: notBeside,
  ...everyKey,
  /** Calls per second of each key, when it differs from the published figure. */
  perSecond,
  /** The day on which the keys were applied for: for three days they may do less. Ignored for paper keys. */
  newSince,
  /** Optional at KIS (comment in the official sample, 2026-07-09); each order costs a second call. */
  hashKey: z.boolean({ error: 'must be true or false' }).default(false),
  /** Wait between two token requests; the broker's own minute unless a simulator shortens it. */
  tokenCooldownMs: z.number().int().min(1).default(kisLimits.tokenCooldownMs.value),
  /** Wait between two requests for the approval key of a WebSocket. */
  approvalCooldownMs: z.number().int().min(1).default(kisLimits.approvalCooldownMs.value),
});

const kiwoomKey = z.strictObject({
  appKey: text,
  /** `secretkey` in Kiwoom's words. */
  secretKey: text,
});

export const kiwoomSchema = z.strictObject({
  keys: keyList(kiwoomKey),
  appKey: notBeside,
  secretKey: notBeside,
  ...everyKey,
  /** Calls per second of each key and one api-id, when it differs from the observed figure. */
  perSecond,
  /** Calls per second of each key, all ids together. */
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

/** Two votes of two can split, and then nobody would ever get the lock; one server needs no vote. */
const lockUrls = z
  .array(redisUrl)
  .refine(({ length }) => length >= 3 && length % 2 === 1, {
    error: 'must be an odd number of servers, three or more',
    abort: true,
  })
  .refine((urls) => new Set(urls).size === urls.length, 'names a server twice')
  .optional();

const timeoutMs = z.number().int().min(100).max(maxDeadlineMs);

const connections = {
  redisConnectTimeoutMs: z.number().int().min(100).default(defaults.redisConnectTimeoutMs),
  redisCommandTimeoutMs: z.number().int().min(100).default(defaults.redisCommandTimeoutMs),
};

const caller = z.string().refine(isCaller, 'must be 1 to 64 printable characters').optional();

const greatestWeight = 1_000;
const weightsForm = 'must be weights by caller, like {"collector": 3}';

/** From the environment as JSON. */
const callerWeights = z
  .preprocess(
    (given) => (typeof given === 'string' ? fromJson(given) : given),
    z
      .record(
        z.string(),
        z.number().refine((weight) => weight > 0 && weight <= greatestWeight, 'must be above 0 and at most 1000'),
        { error: weightsForm },
      )
      .refine((weights) => Object.keys(weights).every(isCaller), 'names must be 1 to 64 printable characters'),
  )
  .optional();

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** 32 bytes that somebody drew. */
export const secretKey = z.string().transform((encoded, context) => {
  const key = Buffer.from(encoded, /^[0-9a-f]{64}$/i.test(encoded) ? 'hex' : 'base64');
  if (key.length === 32) return key;
  context.addIssue({ code: 'custom', message: 'must be 32 bytes, as 64 hex digits or base64' });
  return z.NEVER;
});

export const directSchema = z.strictObject({
  mode: z.literal('direct'),
  redis: z.strictObject({ main: redisUrl, gatekeeper: redisUrl }),
  lockUrls,
  kis: kisSchema.optional(),
  kiwoom: kiwoomSchema.optional(),
  timeoutMs: timeoutMs.default(defaults.timeoutMs),
  caller,
  callerWeights,
  realtime: z.strictObject({ captureDir: text.optional() }),
  retries: z.number().int().min(0).max(10).default(defaults.retries),
  /** 0: never. */
  circuitFailures: z.number().int().min(0).max(1_000).default(defaults.circuitFailures),
  circuitPauseMs: z.number().int().min(1).max(600_000).default(defaults.circuitPauseMs),
  circuitLongestPauseMs: z.number().int().min(1).max(3_600_000).default(defaults.circuitLongestPauseMs),
  /** ms before the opening. */
  realtimePreopen: z
    .string()
    .regex(/^(0[0-8]:[0-5]\d|off)$/, 'must be a time before 09:00 like 08:50, or off')
    .default(defaults.realtimePreopen)
    .transform((time) => {
      const [hours = 0, minutes = 0] = time.split(':').map(Number);
      return time === 'off' ? undefined : (9 * 60 - hours * 60 - minutes) * 60_000;
    }),
  realtimeGraceMs: z.number().int().min(0).max(600_000).default(defaults.realtimeGraceMs),
  ...connections,
  // A renewal within the hours in which the broker repeats its token would bring the same one, minute after minute.
  renewBeforeMs: z.number().int().min(0).max(kisLimits.sameTokenMs.value).default(defaults.renewBeforeMs),
  vaultKey: secretKey.optional(),
  /** Opens as well what is stored, while `vaultKey` is being changed. */
  vaultKeyAlso: secretKey.optional(),
  /** Calls that come by queue need a token that this has signed. */
  callerKey: secretKey.optional(),
  /** Signs nothing; what it has signed is taken too. */
  callerKeyAlso: secretKey.optional(),
});

/** A hub without keys: the queues of the main server are all it needs. */
export const serviceSchema = z.strictObject({
  mode: z.literal('service'),
  redis: z.strictObject({ main: redisUrl, gatekeeper: redisUrl.optional() }),
  /** That of the worker's hub unless this program wants another one. */
  timeoutMs: timeoutMs.optional(),
  /** A label or a token. Travels with the calls; how callers share is a setting of the worker's hub. */
  caller: z
    .string()
    .refine(
      (given) => isCaller(given) || isCallerToken(given),
      'must be a token of `hub callers issue`, or 1 to 64 printable characters',
    )
    .optional(),
  ...connections,
});

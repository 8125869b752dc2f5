import { createHmac, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import { patienceMs, type Priority } from '../ledger/contract.js';

/** A longer list makes a token that no hub takes. */
const longestList = 11_000;

/** Who a caller is and what it may do, signed by whoever has the key of the workers. */
export interface CallerClaims {
  /** Shown in tables and errors, part of a line in the ledger. */
  readonly name: string;
  /** Names of the catalogue, TR ids, or `feed:trade`, `feed:book`, `feed:notice`; `*`: all of the catalogue, and every feed. */
  readonly allow: readonly string[];
  /** How urgent its calls may be; an order needs `order`. */
  readonly classes: readonly Priority[];
  /** The most of every limit of an account that it may have. */
  readonly share?: number | undefined;
  /** From then on it is good for nothing, UTC epoch s. */
  readonly until: number;
}

const claims = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,47}$/),
  allow: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(500)
    .refine((names) => names.join().length <= longestList, `must be at most ${String(longestList)} characters in all`),
  classes: z.array(z.enum(Object.keys(patienceMs) as [Priority, ...Priority[]])).min(1),
  share: z.number().gt(0).max(1).optional(),
  until: z.number().int().positive(),
});

/** Reads, and no orders. */
export const usualClasses = ['realtime', 'interactive', 'backfill'] as const satisfies readonly Priority[];

const version = 'hub1';
const form = /^hub1\.[\w-]{20,}\.[\w-]{43}$/;
const longest = 16_384;

/** Whether a caller is named by a token: labels are too short to look like one. */
export const isCallerToken = (caller: unknown): caller is string =>
  typeof caller === 'string' && caller.length <= longest && form.test(caller);

const signature = (signed: string, key: Buffer): Buffer => createHmac('sha256', key).update(signed).digest();

/** Throws a ZodError for claims that cannot be. */
export const issueCallerToken = (given: CallerClaims, key: Buffer): string => {
  const payload = Buffer.from(JSON.stringify(claims.parse(given))).toString('base64url');
  const signed = `${version}.${payload}`;
  return `${signed}.${signature(signed, key).toString('base64url')}`;
};

/** What a token says, and whether one of the keys has signed it. Undefined: it says nothing that can be read. */
export const readCallerToken = (
  token: string,
  keys: readonly Buffer[],
): { readonly claims: CallerClaims; readonly signed: boolean } | undefined => {
  if (!isCallerToken(token)) return undefined;
  const [, payload = '', given = ''] = token.split('.');
  const proof = Buffer.from(given, 'base64url');
  const signed = keys.some((key) => {
    const expected = signature(`${version}.${payload}`, key);
    return proof.length === expected.length && timingSafeEqual(proof, expected);
  });
  const read = claims.safeParse(parsed(Buffer.from(payload, 'base64url').toString('utf8')));
  return read.success ? { claims: read.data, signed } : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

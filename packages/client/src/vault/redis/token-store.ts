import { z } from 'zod';

import { VaultLocked } from '../../error/index.js';
import type { RedisPort } from '../../runtime/redis.js';
import type { Identity, TokenRecord, TokenStore, VaultEntry } from '../contract.js';
import { gcmSeal, isSealed, noSeal } from './seal.js';
import { scripts } from './scripts.generated.js';

const epochKeys = ['api:epoch', 'api:epoch:vault', 'api:epoch:vault-hold'];

/** The record outlives its token: processes that slept for days still ask for a generation newer than theirs. */
const generationMs = 7 * 86_400_000;

/** Every key of one identity; the hash tag keeps them together. */
const keysOf = ({ broker, environment, keyId, purpose }: Identity) => {
  const record = `api:token:{${broker}:${environment}:${keyId}}:${purpose}`;
  const beside = (name: string): string => `${record}:${name}`;
  return {
    record,
    refused: beside('refused'),
    cooldown: beside('cooldown'),
    issues: beside('issues'),
    attempts: beside('attempts'),
    foreign: beside('foreign'),
    channel: beside('events'),
  };
};

const tokenFields = z.object({
  kind: z.literal('token'),
  generation: z.coerce.number().int(),
  token: z.string().min(1),
  expiresAt: z.coerce.number(),
  issuedBy: z.string(),
  issuedAt: z.coerce.number(),
});
const deadFields = z.object({
  kind: z.literal('dead'),
  generation: z.coerce.number().int(),
  until: z.coerce.number(),
});
const revokedFields = z.object({
  kind: z.literal('revoked'),
  generation: z.coerce.number().int(),
  digest: z.string(),
  issuedAt: z.coerce.number(),
});
const recordFields = z.discriminatedUnion('kind', [tokenFields, deadFields, revokedFields]);
const foreignFields = z.discriminatedUnion('how', [
  z.object({ how: z.literal('limit'), seenAt: z.number(), brokerMessage: z.string() }),
  z.object({ how: z.literal('same-token'), seenAt: z.number(), issuedAt: z.number() }),
]);
const refusalFields = z.object({ brokerCode: z.string(), brokerMessage: z.string(), remedy: z.string() });
const readReply = z.tuple([z.array(z.string()), z.string().nullable()]);

const fieldsOf = (flat: readonly string[]): Record<string, string> => {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
};

export interface RedisTokenStoreOptions {
  readonly redis: RedisPort;
  /** 32 bytes each: tokens are stored encrypted with the first, and read with any. Without one they are stored in clear. */
  readonly vaultKeys?: readonly Buffer[];
  readonly now: () => number;
}

/** Tokens in the main Redis, shared by all processes. */
export const redisTokenStore = ({ redis, vaultKeys = [], now }: RedisTokenStoreOptions): TokenStore => {
  const [vaultKey, ...others] = vaultKeys;
  const seal = vaultKey === undefined ? noSeal : gcmSeal(vaultKey, ...others);
  const contextOf = (identity: Identity, generation: number): string =>
    `${keysOf(identity).record}#${String(generation)}`;

  const store = async (
    identity: Identity,
    readGeneration: number,
    lifetimeMs: number,
    fields: Record<string, string | number>,
  ): Promise<boolean> => {
    const keys = keysOf(identity);
    const reply = await redis.run(
      scripts.save,
      [keys.record, keys.refused, keys.issues],
      [
        readGeneration,
        keys.channel,
        Math.max(1, Math.ceil(lifetimeMs)) + generationMs,
        ...Object.entries(fields).flat(),
      ],
    );
    return reply === 1;
  };

  const entryOf = (identity: Identity, fields: Record<string, string>): Exclude<VaultEntry, { kind: 'refused' }> => {
    const record = recordFields.parse(fields);
    if (record.kind !== 'token') return record;
    const { kind: _kind, token, ...rest } = record;
    if (vaultKey === undefined && isSealed(token)) throw new VaultLocked();
    return { kind: 'token', record: { ...rest, token: seal.open(token, contextOf(identity, rest.generation)) } };
  };

  return {
    read: async (identity): Promise<VaultEntry> => {
      const keys = keysOf(identity);
      const [flat, refusal] = readReply.parse(await redis.run(scripts.read, [keys.record, keys.refused], []));
      const entry = flat.length === 0 ? ({ kind: 'none' } as const) : entryOf(identity, fieldsOf(flat));
      if (refusal === null) return entry;
      return {
        kind: 'refused',
        refusal: refusalFields.parse(JSON.parse(refusal)),
        ...(entry.kind === 'token' ? { standing: entry.record } : {}),
      };
    },

    beginIssue: async (identity, cooldownMs, attempt) => {
      const { cooldown, attempts } = keysOf(identity);
      const reply = await redis.run(
        scripts.beginIssue,
        [cooldown, ...epochKeys, attempts],
        [await redis.runId(), cooldownMs, attempt],
      );
      return reply === -1 ? { kind: 'go' } : { kind: 'wait', forMs: Number(reply) };
    },

    settleIssue: async (identity, cooldownMs, attempt) => {
      await redis.run(scripts.settleIssue, [keysOf(identity).cooldown], [cooldownMs, attempt]);
    },

    save: (identity, record: TokenRecord, readGeneration) =>
      store(identity, readGeneration, record.expiresAt - now(), {
        kind: 'token',
        ...record,
        token: seal.close(record.token, contextOf(identity, record.generation)),
      }),

    refuse: async (identity, refusal, forMs, readGeneration) => {
      const keys = keysOf(identity);
      const args = [JSON.stringify(refusal), forMs, keys.channel, readGeneration];
      await redis.run(scripts.refuse, [keys.refused, keys.record], args);
    },

    bury: async (identity, generation, until) => {
      await store(identity, generation - 1, until - now(), { kind: 'dead', generation, until });
    },

    forget: async (identity, generation, digest) => {
      const { record, channel } = keysOf(identity);
      return (await redis.run(scripts.forget, [record], [generation, digest, channel])) === 1;
    },

    attemptsBetween: async (identity, from, to) =>
      Number(await redis.run(scripts.count, [keysOf(identity).attempts], [Math.floor(from), Math.ceil(to)])),

    noteForeign: async (identity, issue) => {
      await redis.run(scripts.noteForeign, [keysOf(identity).foreign], [JSON.stringify(issue)]);
    },

    foreign: async (identity) => {
      const text = await redis.run(scripts.foreign, [keysOf(identity).foreign], []);
      return typeof text === 'string' ? foreignFields.parse(JSON.parse(text)) : undefined;
    },

    issuesSince: async (identity, since) =>
      Number(await redis.run(scripts.count, [keysOf(identity).issues], [Math.ceil(since), '+inf'])),

    watch: (identity, changed) => redis.subscribe(keysOf(identity).channel, changed),
  };
};

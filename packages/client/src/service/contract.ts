import { z } from 'zod';

import { brokerNames, type BrokerName } from '../broker/contract.js';
import { PayloadInvalid, type TravellingError } from '../error/index.js';
import { patienceMs, type Priority } from '../ledger/contract.js';
import type { Answer } from '../request/contract.js';

/** Before every key of a queue in Redis; the same for all who take part. */
export const defaultPrefix = 'api:queue';

/** The queue of a broker's single calls: each has its own, so that a slow broker never blocks the other. */
export const liveQueue = (broker: BrokerName): string => `live-${broker}`;

/** BullMQ's numbers: 1 goes first. A job without one would go before them all, so every job has one. */
export const queuePriority = {
  order: 1,
  realtime: 2,
  interactive: 3,
  backfill: 10,
} as const satisfies Record<Priority, number>;

/**
 * How long the traces of a call outlive its deadline: longer than a worker can be stopped and still have the job, and
 * than a caller can be cut off and still ask.
 */
export const tracesLastMs = 3_600_000;

const name = z.string().min(1);
const texts = z.record(z.string(), z.string());
const instantMs = z.number().int().nonnegative();

/** One call of a hub without keys, as it lies in the queue; the id of the job is the id of the call. */
export const livePayload = z.strictObject({
  v: z.literal(1),
  callId: name,
  broker: z.enum(brokerNames),
  /** Of the catalogue; with `raw`, the TR of an operation that the catalogue does not know. */
  endpoint: name,
  raw: z.strictObject({ method: z.enum(['GET', 'POST']), path: name, replayable: z.boolean() }).optional(),
  params: texts,
  /** The broker's headers that point to a page. */
  cursor: texts,
  priority: z.enum(Object.keys(patienceMs) as [Priority, ...Priority[]]),
  /** Of one attempt at the broker, in ms; that of the worker's hub where the caller has none. */
  timeoutMs: z.number().positive().optional(),
  /** Whose share it spends; that of the worker's hub where nobody is named. */
  caller: name.optional(),
  /** Proves who the caller is. Not in `caller`: an older worker would show that in tables. */
  callerToken: name.optional(),
  /** Equal calls that wait at the workers become one. */
  coalesce: z.boolean().optional(),
  /** Of the key that gave the cursor, or that the caller wants. */
  keyId: name.optional(),
  /** On the clock of the main Redis, in ms. */
  deadlineAt: instantMs,
  /** Names the caller's stream of answers. */
  replyTo: name,
});
/** A call in a queue, checked. */
export type LivePayload = Readonly<z.output<typeof livePayload>>;

/** Whom to tell that a call cannot be read, when at least that can be. */
export const readReturnAddress = (data: unknown): Pick<LivePayload, 'callId' | 'replyTo'> | undefined =>
  z.object({ callId: name, replyTo: name }).safeParse(data).data;

const answer = z.object({
  status: z.number(),
  headers: texts,
  body: z.record(z.string(), z.unknown()),
  receivedAt: z.number(),
  requestId: z.string(),
  tr: z.string(),
  keyId: z.string(),
});

const failure = z.object({
  code: name,
  message: z.string(),
  remedy: z.string(),
  fields: z.record(z.string(), z.unknown()),
  causes: z.array(z.object({ name: z.string(), message: z.string() })).readonly(),
});

/** What comes back: the whole answer, or what went wrong. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: TravellingError };

const reply = z.object({
  v: z.literal(1),
  callId: name,
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('answer'), answer }),
    z.object({ kind: z.literal('failure'), failure }),
  ]),
});
export type Reply = Readonly<z.output<typeof reply>>;

export const writeReply = (callId: string, outcome: Outcome): string =>
  JSON.stringify({ v: 1, callId, outcome } satisfies Reply);

/** Throws HUB_PAYLOAD_INVALID, which names the fields and not their values. */
export const readReply = (text: string): Reply => {
  const parsed = reply.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  const flaws = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`);
  throw new PayloadInvalid('answer', flaws.slice(0, 5).join('; '));
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The keys that both sides share, beside those of the queues. */
export const keysOf = (prefix: string) => {
  const own = `${prefix}:service`;
  return {
    /** Set with the answer of a call, or when its caller has gone. */
    marker: (callId: string) => `${own}:answered:${callId}`,
    /** Who may send an order: open → started → taken or over. */
    fence: (callId: string) => `${own}:started:${callId}`,
    replies: (replyTo: string) => `${own}:reply:${replyTo}`,
    workers: (broker: BrokerName) => `${own}:workers:${broker}`,
    /** A channel; the message is the id of a call whose caller has gone. */
    cancel: (broker: BrokerName) => `${own}:cancel:${broker}`,
  };
};

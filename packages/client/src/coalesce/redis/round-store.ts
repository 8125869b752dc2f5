import { priorities, type Priority } from '../../ledger/contract.js';
import type { RedisPort } from '../../runtime/redis.js';
import {
  coalescing,
  type Outcome,
  type RoundMessage,
  type RoundState,
  type RoundStore,
  type Seat,
} from '../contract.js';
import { scripts } from './scripts.generated.js';

/** A question and its rounds share a hash tag, so that one script may touch them all. */
const questionKey = (question: string): string => `api:coalesce:{${question}}`;

const rankOf = (priority: Priority): number => priorities.indexOf(priority);

const { leaseMs, keptMs } = coalescing;

/** Rounds in the main Redis, seen by all processes, on that server's clock. */
export const redisRoundStore = (redis: RedisPort): RoundStore => ({
  join: async (question, round, priority) =>
    seatOf(await redis.run(scripts.join, [questionKey(question)], [round, rankOf(priority), leaseMs])),

  renew: async (question, round) => (await redis.run(scripts.renew, [questionKey(question)], [round, leaseMs])) === 1,

  close: async (question, round) => {
    const followers = Number(await redis.run(scripts.close, [questionKey(question)], [round, leaseMs]));
    return followers < 0 ? undefined : followers;
  },

  settle: async (question, round, outcome) => {
    await redis.run(scripts.settle, [questionKey(question)], [round, JSON.stringify(outcome), keptMs]);
  },

  look: async (question, round) => stateOf(await redis.run(scripts.look, [questionKey(question)], [round])),

  listen: (inbox, listener) =>
    redis.subscribe(`api:coalesce:to:${inbox}`, (text) => {
      // Only the scripts publish there.
      const {
        kind,
        round,
        rank = 0,
      } = JSON.parse(text) as { kind: RoundMessage['kind']; round: string; rank?: number };
      const priority = priorities[rank];
      if (kind === 'over') listener({ kind, round });
      else if (priority !== undefined) listener({ kind, round, priority });
    }),
});

const unexpected = (script: string, reply: unknown): Error =>
  new Error(`${script}: unexpected reply ${JSON.stringify(reply)}`);

const seatOf = (reply: unknown): Seat => {
  const [kind, round, forMs] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (kind === 'lead') return { kind };
  if (kind !== 'follow') throw unexpected('join', reply);
  return { kind, round: String(round), forMs: Math.max(0, Number(forMs)) };
};

const stateOf = (reply: unknown): RoundState => {
  const [kind, rest] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (kind === 'gone') return { kind };
  if (kind === 'running') return { kind, forMs: Math.max(0, Number(rest)) };
  if (kind !== 'over') throw unexpected('look', reply);
  return { kind, outcome: JSON.parse(String(rest)) as Outcome }; // settle wrote it
};

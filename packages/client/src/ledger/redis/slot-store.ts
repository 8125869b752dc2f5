import type { RedisPort } from '../../runtime/redis.js';
import { horizonMs } from '../arithmetic.js';
import { maxDeadlineMs, type Budget, type SlotAnswer, type SlotStore } from '../contract.js';
import { scripts } from './scripts.generated.js';

const epochKeys = ['api:epoch', 'api:epoch:ledger', 'api:epoch:ledger-hold'];

/** Keys of one account share a hash tag, so that one script may touch them all. */
const slotsKey = (account: string, budget: Budget): string => `api:ratelimit:total:{${account}}:slots:${budget.name}`;

const microseconds = (ms: number): number => Math.round(ms * 1_000);

const isAnswer = (reply: unknown): reply is [number, number, number?] =>
  Array.isArray(reply) && reply.length >= 2 && reply.every((part) => typeof part === 'number');

/** The slots of every account in the gatekeeper Redis, shared by all processes, on that server's clock. */
export const redisSlotStore = (redis: RedisPort): SlotStore => ({
  book: async ({ account, budgets, permitId, leaseMs }): Promise<SlotAnswer> => {
    const longestWindowMs = Math.max(...budgets.map((budget) => budget.windowMs));
    const reply = await redis.run(
      scripts.book,
      [...epochKeys, ...budgets.map((budget) => slotsKey(account, budget))],
      [
        await redis.runId(),
        permitId,
        microseconds(leaseMs),
        microseconds(horizonMs),
        microseconds(maxDeadlineMs + longestWindowMs),
        ...budgets.flatMap((budget) => [budget.limit, microseconds(budget.windowMs)]),
      ],
    );
    if (!isAnswer(reply)) throw new Error(`book: unexpected reply ${JSON.stringify(reply)}`);
    const [granted, us, held] = reply;
    return granted === 1
      ? { kind: 'go', inMs: us / 1_000 }
      : { kind: 'wait', forMs: us / 1_000, reason: held === 1 ? 'epoch' : 'full' };
  },

  complete: async (account, budgets, permitId) => {
    await redis.run(
      scripts.complete,
      budgets.map((budget) => slotsKey(account, budget)),
      [permitId, ...budgets.map((budget) => microseconds(budget.windowMs))],
    );
  },

  cancel: async (account, budgets, permitId) => {
    await redis.run(
      scripts.cancel,
      budgets.map((budget) => slotsKey(account, budget)),
      [permitId],
    );
  },
});

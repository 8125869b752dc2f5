import type { RedisPort } from '../../runtime/redis.js';
import {
  circuitProtocol,
  type CircuitPolicy,
  type CircuitState,
  type CircuitStore,
  type ProbeAnswer,
} from '../contract.js';
import { scripts } from './scripts.generated.js';

/** With the hash tag of the account's quota: in a cluster they live on one server. */
const circuitKey = (account: string): string => `api:circuit:{${account}}`;

const { probeLeaseMs, lookMs, rowMs, keptMs } = circuitProtocol;

/** Circuits in the gatekeeper Redis, seen by all processes, on that server's clock. */
export const redisCircuitStore = (redis: RedisPort, policy: CircuitPolicy): CircuitStore => {
  const { failures, pauseMs, longestPauseMs } = policy;
  return {
    look: async (account) => stateOf('look', await redis.run(scripts.look, [circuitKey(account)], [lookMs])),

    fail: async (account, code, probe = '') => {
      const args = [lookMs, failures, pauseMs, longestPauseMs, rowMs, keptMs, code, probe];
      return stateOf('fail', await redis.run(scripts.fail, [circuitKey(account)], args));
    },

    heal: async (account) => {
      await redis.run(scripts.heal, [circuitKey(account)], []);
    },

    probe: async (account, probe): Promise<ProbeAnswer> => {
      const reply = await redis.run(scripts.probe, [circuitKey(account)], [lookMs, probe, probeLeaseMs, keptMs]);
      return Array.isArray(reply) && reply[0] === 'go' ? { kind: 'go' } : stateOf('probe', reply);
    },

    release: async (account, probe) => {
      await redis.run(scripts.release, [circuitKey(account)], [probe]);
    },

    listen: (account, listener) =>
      redis.subscribe(`${circuitKey(account)}:news`, (text) => {
        const state = newsIn(text);
        if (state !== undefined) listener(state);
      }),
  };
};

/** Anybody can publish there, and an error would end the process: what is no state is as good as lost. */
const newsIn = (text: string): CircuitState | undefined => {
  try {
    return stateOf('news', JSON.parse(text));
  } catch {
    return undefined;
  }
};

const stateOf = (script: string, reply: unknown): CircuitState => {
  const [kind, first, forMs, tries, code] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (kind === 'closed') return { kind, failures: Number(first) };
  if (kind !== 'open') throw new Error(`${script}: unexpected reply ${JSON.stringify(reply)}`);
  return { kind, since: Number(first), forMs: Number(forMs), tries: Number(tries), code: String(code) };
};

import type { Clock } from '../../runtime/clock.js';
import {
  circuitProtocol,
  type CircuitPolicy,
  type CircuitState,
  type CircuitStore,
  type ProbeAnswer,
} from '../contract.js';

interface Circuit {
  failures: number;
  /** While it is open: when it opened, UTC epoch ms. */
  since?: number;
  /** Like all instants below on the monotonic clock, ms: the other one may be set back. */
  till?: number;
  tries: number;
  code: string;
  probe?: { readonly name: string; readonly until: number } | undefined;
  /** When it is forgotten. */
  forgottenAt: number;
}

const { probeLeaseMs, lookMs, rowMs, keptMs } = circuitProtocol;

/** Circuits within one process, on its clock: for unit tests, and for a process that cannot reach the others. */
export const memoryCircuitStore = (clock: Pick<Clock, 'now' | 'monotonic'>, policy: CircuitPolicy): CircuitStore => {
  const circuits = new Map<string, Circuit>();
  const listeners = new Map<string, Set<(state: CircuitState) => void>>();
  const known = (account: string): Circuit | undefined => {
    const circuit = circuits.get(account);
    return circuit !== undefined && circuit.forgottenAt > clock.monotonic() ? circuit : undefined;
  };
  const stateOf = (circuit: Circuit | undefined): CircuitState => {
    const { since, till = 0, failures, tries, code, probe } = circuit ?? { failures: 0, tries: 0, code: '' };
    if (since === undefined) return { kind: 'closed', failures };
    const now = clock.monotonic();
    const left = Math.max(till - now, Math.min((probe?.until ?? 0) - now, lookMs));
    return { kind: 'open', since, forMs: Math.max(0, left), tries, code };
  };
  const tell = (account: string, circuit: Circuit | undefined): CircuitState => {
    const state = stateOf(circuit);
    for (const listener of listeners.get(account) ?? []) listener(state);
    return state;
  };
  const open = (circuit: Circuit, tries: number, code: string): void => {
    const now = clock.monotonic();
    const pauseMs = Math.min(policy.longestPauseMs, policy.pauseMs * 2 ** tries);
    circuit.since ??= clock.now();
    Object.assign(circuit, { till: now + pauseMs, tries, code, probe: undefined, forgottenAt: now + pauseMs + keptMs });
  };
  /** In a later turn of the event loop, as over a wire. */
  const later = async <T>(answer: () => T): Promise<T> => {
    await Promise.resolve();
    return answer();
  };
  return {
    look: (account) => later(() => stateOf(known(account))),

    fail: (account, code, probe) =>
      later(() => {
        const circuit = known(account) ?? { failures: 0, tries: 0, code, forgottenAt: 0 };
        circuits.set(account, circuit);
        if (circuit.since !== undefined) {
          if (probe === undefined || circuit.probe?.name !== probe) return stateOf(circuit);
          open(circuit, circuit.tries + 1, code);
          return tell(account, circuit);
        }
        circuit.failures += 1;
        circuit.forgottenAt = clock.monotonic() + rowMs;
        if (circuit.failures >= policy.failures) open(circuit, 0, code);
        return tell(account, circuit);
      }),

    heal: (account) =>
      later(() => {
        if (known(account) === undefined) return;
        circuits.delete(account);
        tell(account, undefined);
      }),

    probe: (account, name): Promise<ProbeAnswer> =>
      later(() => {
        const circuit = known(account);
        const state = stateOf(circuit);
        if (circuit === undefined || state.kind !== 'open' || state.forMs > 0) return state;
        const until = clock.monotonic() + probeLeaseMs;
        Object.assign(circuit, { probe: { name, until }, forgottenAt: until + keptMs });
        return { kind: 'go' };
      }),

    release: (account, name) =>
      later(() => {
        const circuit = known(account);
        if (circuit?.probe?.name === name) circuit.probe = undefined;
      }),

    listen: (account, listener) =>
      later(() => {
        const own = listeners.get(account) ?? new Set();
        listeners.set(account, own.add(listener));
        return () => {
          own.delete(listener);
        };
      }),
  };
};

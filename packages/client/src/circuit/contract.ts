/** Constants of the protocol between all processes that share a circuit. */
export const circuitProtocol = {
  /** How long the call that finds out whether the broker is back may take, its turn and its answer included. */
  probeLeaseMs: 20_000,
  /** While it is under way the others look again so often, should the news of its outcome be lost. */
  lookMs: 1_000,
  /** Failures that are further apart do not count as in a row. */
  rowMs: 60_000,
  /** An open circuit is forgotten when nobody has tried for so long after its pause: then there is nobody to protect. */
  keptMs: 600_000,
} as const;

export interface CircuitPolicy {
  /** Failures in a row, of all processes together, that open a circuit. 0: none opens. */
  readonly failures: number;
  /** From its opening to the first call that is let through, ms; doubles with every such call that fails. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

/** How the way to a broker by one key stands. */
export type CircuitState =
  | { readonly kind: 'closed'; readonly failures: number }
  | {
      readonly kind: 'open';
      /** When it opened, UTC epoch ms on the clock of the store. */
      readonly since: number;
      /** Until a call may be let through, at the soonest; 0: now. */
      readonly forMs: number;
      /** Calls that were let through and failed as well. */
      readonly tries: number;
      /** What the last failure was, as a code of the hub. */
      readonly code: string;
    };

/** `go`: this process may let one call through. */
export type ProbeAnswer = { readonly kind: 'go' } | CircuitState;

/**
 * Where processes keep the circuits that they share, one per account (`broker:environment:keyId`). Every promise rejects
 * with HUB_REDIS_… when the store is away: then each process goes by what it sees itself.
 */
export interface CircuitStore {
  look(account: string): Promise<CircuitState>;
  /** One more failure. In an open circuit it counts only when this is the probe under way: then the next pause is longer. */
  fail(account: string, code: string, probe: string | undefined): Promise<CircuitState>;
  /** The broker has answered: closed for everybody, and no failure is remembered. */
  heal(account: string): Promise<void>;
  /** Asks to let one call through, named by `probe`. One at a time may, of all processes. */
  probe(account: string, probe: string): Promise<ProbeAnswer>;
  /** That call told nothing about the broker; another one may be let through. An unknown probe is a no-op. */
  release(account: string, probe: string): Promise<void>;
  /** Hears of every change. News may be lost: who needs to be sure looks. The returned function stops listening. */
  listen(account: string, listener: (state: CircuitState) => void): Promise<() => void>;
}

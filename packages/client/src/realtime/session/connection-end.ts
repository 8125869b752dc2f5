/** How a connection came to its end. */
export interface ConnectionEnd {
  /** ms since it was open; 0 when it never was. */
  readonly lastedMs: number;
  readonly why: 'ended' | 'in-use' | 'stale-key' | 'silent' | 'no-answer' | 'unreachable' | 'refused' | 'stopped';
  /** In words, the broker's own where it said something. */
  readonly detail: string;
  /** Of the secret that was refused. */
  readonly staleGeneration?: number;
}

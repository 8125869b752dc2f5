/** A library of others that shares a quota among processes, set up as its own documentation advises. */
export interface Peer {
  /** Runs `work` as soon as the quota allows. */
  run(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface PeerOptions {
  readonly redisUrl: string;
  /** Calls per second of all processes together. */
  readonly perSecond: number;
  /** Calls of this process at a time. */
  readonly inFlight: number;
}

export type OpenPeer = (options: PeerOptions) => Promise<Peer>;

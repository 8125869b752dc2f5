/** Why a socket is no more. `code` and `reason` as in the closing handshake (1006: there was none). */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

/** What a socket tells. */
export interface SocketListener {
  text(text: string): void;
  /** Once, and nothing after it. */
  end(end: SocketEnd): void;
}

/** One open WebSocket of a broker. */
export interface LiveSocket {
  /** Hands it to the kernel. Nothing happens once the socket has ended. */
  send(text: string): void;
  /** A pong control frame that carries this text. */
  pong(text: string): void;
  /** Says goodbye, so that the broker frees the session at once; reset when it does not answer soon. */
  close(): void;
  /** Throws away what has not been sent: nothing of it arrives later. */
  reset(): void;
}

/**
 * Opens a socket. Rejects with HUB_NO_ANSWER when there is no connection, with HUB_FEED_REFUSED when the broker declines
 * the handshake, with HUB_ABORTED when the signal aborts.
 */
export type OpenSocket = (address: string, listener: SocketListener, signal: AbortSignal) => Promise<LiveSocket>;

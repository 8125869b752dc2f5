import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { TapePlace } from '../../market/tape-reader.js';
import type { Venue } from '../../market/calendar.js';
import type { BrokerName } from '../house.js';
import type { Disconnection } from './options.js';
import type { OpenRegistration } from './journal.js';

/** What a feed carries. `nothing`: it can be registered, and the simulator has no such data. */
export type Content = 'trades' | 'book' | 'orders' | 'balance' | 'nothing';

/** One registration of one session. */
export interface Feed {
  readonly tr: string;
  readonly key: string;
  readonly content: Content;
  /** Undefined for a code that nobody has, and for accounts. */
  readonly source: { readonly code: string; readonly venue: Venue } | undefined;
  /** Trades before this place are of the past: there is no snapshot and no replay. */
  readonly start: TapePlace;
  readonly record: OpenRegistration;
}

/** Name of a feed within its session. */
export const feedName = (tr: string, key: string): string => `${tr}|${key}`;

/** One socket of a client. */
export class Session {
  readonly broker: BrokerName;
  readonly address: string;
  /** Epoch ms of the simulator's clock. */
  readonly since: number;
  readonly feeds = new Map<string, Feed>();
  /** The key that the client named; undefined before. */
  keyId: string | undefined;
  /** It was refused once: the journal counts it no second time. */
  refused = false;
  /** Pings that nobody answered. */
  unanswered = 0;
  readonly #socket: WebSocket;
  readonly #tcp: Duplex;
  #deaf = false;

  constructor(broker: BrokerName, socket: WebSocket, connection: { tcp: Duplex; address: string; since: number }) {
    this.broker = broker;
    this.address = connection.address;
    this.since = connection.since;
    this.#socket = socket;
    this.#tcp = connection.tcp;
  }

  /** False once it is half-open, closing or gone. */
  get open(): boolean {
    return !this.#deaf && this.#socket.readyState === this.#socket.OPEN;
  }

  /** True once nothing is sent or answered any more although TCP is up. */
  get halfOpen(): boolean {
    return this.#deaf;
  }

  say(text: string): void {
    if (this.open) this.#socket.send(text);
  }

  /** Answers a ping of the protocol. */
  pong(data: Buffer): void {
    if (this.open) this.#socket.pong(data);
  }

  end(how: Disconnection, code = 1001): void {
    if (how === 'close') {
      // Whoever is half-open hears nothing, the end included.
      if (!this.#deaf) this.#socket.close(code);
    } else if (how === 'half-open') {
      this.#deafen();
    } else if (this.#tcp instanceof Socket) {
      this.#tcp.resetAndDestroy();
    }
  }

  /** Without a close frame, TCP in order. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Bytes still come and go nowhere, so that the end of TCP is noticed; ws would answer a close frame by itself. */
  #deafen(): void {
    this.#deaf = true;
    this.#tcp.removeAllListeners('data');
    this.#tcp.on('data', () => undefined);
    this.#tcp.resume();
  }
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { BrokerName } from '../house.js';
import type { Dialect } from './dialect.js';
import type { Disconnection } from './options.js';
import type { OrderNews } from './order-news.js';
import { Session } from './session.js';
import type { Switchboard } from './switchboard.js';
import { fits, type FeedMatch } from './trouble.js';

/** One socket that is open, half-open ones included. */
export interface LiveSession {
  readonly broker: BrokerName;
  /** Empty until the client named its key. */
  readonly keyId: string;
  readonly registrations: readonly { readonly tr: string; readonly key: string }[];
  /** Epoch ms of the simulator's clock. */
  readonly since: number;
  /** True when nothing is sent or answered any more. */
  readonly halfOpen: boolean;
}

/** Trouble on the WebSockets. */
export interface LiveControl {
  /** Ends the sessions of a key, or all of both brokers; returns how many. */
  disconnect(target: { readonly keyId?: string; readonly how: Disconnection }): number;
  /**
   * Mutes a feed: it stays registered and sends nothing until it is released and registered again. Returns how many
   * were muted; when there is none, the next one that fits is acknowledged and mute from the start. With `until` it
   * outlasts that.
   */
  silence(target: FeedMatch): number;
  /** The next frames of data go out damaged. */
  garble(target: { readonly times: number }): void;
  /** Sockets that are open, half-open ones included. */
  sessions(): readonly LiveSession[];
}

/** One socket of a broker carries everything; the path with a TR is an address of the documentation. */
const brokerOf = (path: string): BrokerName | undefined => {
  if (/^\/tryitout(\/\w*)?$/.test(path)) return 'kis';
  return path === '/api/dostk/websocket' ? 'kiwoom' : undefined;
};

/** The close event's code when no close frame came. */
const BROKEN = 1006;

const refuse = (tcp: Duplex, status: string): void => {
  tcp.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

const textOf = (data: RawData): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
};

/** The WebSocket side of the front: lets sockets in, listens to them, keeps them alive, and ends them on request. */
export class LiveDesk implements LiveControl {
  readonly #board: Switchboard;
  readonly #dialects: Readonly<Record<BrokerName, Dialect>>;
  /** What half-open clients send is not answered, so that ws must not either. */
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  readonly #tcps = new Set<Duplex>();
  readonly #pulses = new Map<Session, NodeJS.Timeout>();
  #poll: NodeJS.Timeout | undefined;
  #schedule: NodeJS.Timeout | undefined;

  constructor(board: Switchboard, dialects: Readonly<Record<BrokerName, Dialect>>, news: OrderNews) {
    this.#board = board;
    this.#dialects = dialects;
    board.deliverBy((session, deliveries) => dialects[session.broker].deliver(session, deliveries));
    news.hear((order) => {
      for (const session of board.sessions) {
        const theirs = session.broker === order.broker && session.keyId === order.keyId;
        if (theirs && session.open) dialects[session.broker].tellOrder(session, order);
      }
    });
    const { disconnectEveryMs, hows } = board.settings.schedule;
    let turn = 0;
    if (disconnectEveryMs > 0) {
      this.#schedule = setInterval(() => {
        this.disconnect({ how: hows[turn % hows.length] ?? 'close' });
        turn += 1;
      }, disconnectEveryMs);
    }
  }

  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    tcp.on('error', () => undefined);
    this.#tcps.add(tcp);
    tcp.once('close', () => this.#tcps.delete(tcp));
    const broker = brokerOf((request.url ?? '/').split('?')[0] ?? '');
    const address = request.socket.remoteAddress ?? '';
    if (broker === undefined) refuse(tcp, '404 Not Found');
    else if (this.#board.refuses(broker, address)) refuse(tcp, '403 Forbidden');
    else {
      this.#server.handleUpgrade(request, tcp, head, (socket) => {
        this.#accept(new Session(broker, socket, { tcp, address, since: this.#board.now() }), socket);
      });
    }
  }

  disconnect({ keyId, how }: { readonly keyId?: string; readonly how: Disconnection }): number {
    const ended = [...this.#board.sessions].filter(
      (session) => session.open && (keyId === undefined || session.keyId === keyId),
    );
    for (const session of ended) {
      this.#board.finish(session, 'fault');
      session.end(how);
    }
    return ended.length;
  }

  silence(target: FeedMatch): number {
    const records = [...this.#board.sessions]
      .flatMap((session) => [...session.feeds.values()])
      .map(({ record }) => record)
      .filter((record) => fits(target, record) && record.silentFromMs === null);
    const { trouble, sessions } = this.#board;
    if (target.until === 'socket' || target.until === 'key') {
      trouble.silenceLasting(target, target.until === 'socket' ? new Set(sessions) : undefined);
    } else if (records.length === 0) trouble.silenceNext(target);
    this.#board.flush();
    for (const record of records) record.silentFromMs = this.#board.now();
    return records.length;
  }

  garble({ times }: { readonly times: number }): void {
    this.#board.trouble.garbleNext(times);
  }

  sessions(): readonly LiveSession[] {
    return [...this.#board.sessions].map((session) => ({
      broker: session.broker,
      keyId: session.keyId ?? '',
      registrations: [...session.feeds.values()].map(({ record: { tr, key } }) => ({ tr, key })),
      since: session.since,
      halfOpen: session.halfOpen,
    }));
  }

  /** Ends every socket and every timer. */
  stop(): void {
    clearInterval(this.#schedule);
    clearInterval(this.#poll);
    for (const pulse of this.#pulses.values()) clearInterval(pulse);
    for (const tcp of this.#tcps) tcp.destroy();
  }

  #accept(session: Session, socket: WebSocket): void {
    const dialect = this.#dialects[session.broker];
    this.#board.connected(session);
    dialect.opened?.(session);
    this.#poll ??= setInterval(() => this.#board.flush(), this.#board.settings.pollMs);
    this.#pulses.set(
      session,
      setInterval(() => this.#beat(session, dialect), this.#board.settings.pingMs),
    );
    socket.on('message', (data) => {
      if (session.open) dialect.hear(session, textOf(data));
    });
    // A pong says that everything until now was sent.
    socket.on('ping', (data) => {
      this.#board.flush();
      session.pong(data);
    });
    socket.on('pong', () => {
      session.unanswered = 0;
    });
    // A broken frame ends the socket by itself.
    socket.on('error', () => undefined);
    socket.once('close', (code) => this.#gone(session, code !== BROKEN));
  }

  #gone(session: Session, clean: boolean): void {
    clearInterval(this.#pulses.get(session));
    this.#pulses.delete(session);
    this.#board.gone(session, clean);
    if (this.#board.sessions.size > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #beat(session: Session, dialect: Dialect): void {
    if (!session.open) return;
    if (session.unanswered >= this.#board.settings.missedPings) {
      dialect.lost(session);
      return;
    }
    const text = dialect.ping(session, this.#board.now());
    if (text === undefined) return;
    session.unanswered += 1;
    session.say(text);
  }
}

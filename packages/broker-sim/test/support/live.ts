import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { WebSocket } from 'ws';

import { demoKeys, startBrokerSim, type BrokerName, type BrokerSim, type BrokerSimOptions } from '../../src/index.js';
import { json, kst, post, stoppedClock, tokenBody, type Json, type Row } from './kis.js';
import { requestToken as requestKiwoomToken, tokenBody as kiwoomBody } from './kiwoom.js';

/** 10:00 on a trading day. */
export const START = kst('2026-11-06', '10:00:00');

/** The login id that notices are registered with unless told otherwise. */
export const HTS_ID = 'simhts01';

type Waiting = (text: string | undefined) => void;

/** A client without any of the hub's code: it keeps what comes until somebody asks for it. */
export class Client {
  readonly socket: WebSocket;
  /** Resolves with the code of the close event. */
  readonly closed: Promise<number>;
  /** Messages that nobody has asked for. */
  readonly inbox: string[] = [];
  /** Answers pings as both brokers want it. */
  echoes = true;
  #waiting: Waiting[] = [];
  #gone = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        this.#gone = true;
        for (const take of this.#waiting.splice(0)) take(undefined);
        resolve(code);
      });
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      if (/PINGPONG|"PING"/.test(text)) {
        this.pings += 1;
        if (this.echoes) socket.send(text);
      } else {
        const take = this.#waiting.shift();
        if (take === undefined) this.inbox.push(text);
        else take(text);
      }
    });
  }

  /** How many of the broker's pings came. */
  pings = 0;

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next message that is no ping. Throws when the socket ends first. */
  async next(): Promise<string> {
    const held = this.inbox.shift();
    if (held !== undefined) return held;
    if (this.#gone) throw new Error('the socket is closed');
    const text = await new Promise<string | undefined>((resolve) => this.#waiting.push(resolve));
    if (text === undefined) throw new Error('the socket was closed');
    return text;
  }

  async ask(message: unknown): Promise<Json> {
    this.send(message);
    return JSON.parse(await this.next()) as Json;
  }

  /** What came up to now: the broker answers a ping of the protocol behind all of it. */
  async drained(): Promise<string[]> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
    return this.inbox.splice(0);
  }

  /** Ends TCP without a close frame, as a killed process does. */
  kill(): void {
    (this.socket as unknown as { _socket: Socket })._socket.destroy(); // ws has no way to break off without a goodbye
  }
}

const paths: Readonly<Record<BrokerName, string>> = { kis: '/tryitout', kiwoom: '/api/dostk/websocket' };

const wsUrl = (sim: BrokerSim, path: string): string => sim.url.replace('http', 'ws') + path;

const clients: Client[] = [];

/** Opens a socket; rejects with the HTTP answer when the broker refuses it. */
export const connect = async (sim: BrokerSim, broker: BrokerName, path = paths[broker]): Promise<Client> => {
  const socket = new WebSocket(wsUrl(sim, path), { perMessageDeflate: false });
  const client = new Client(socket);
  clients.push(client);
  await once(socket, 'open');
  return client;
};

/** HTTP status of a refused upgrade. */
export const refusedWith = (sim: BrokerSim, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(wsUrl(sim, path));
    socket.on('error', reject);
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.once('open', () => {
      socket.terminate();
      resolve(undefined);
    });
  });

/** An approval key of KIS. */
export const approve = async (sim: BrokerSim, { appKey, appSecret } = demoKeys): Promise<string> => {
  const body = { grant_type: tokenBody.grant_type, appkey: appKey, secretkey: appSecret };
  return json(await post(sim, '/oauth2/Approval', body)).approval_key as string;
};

/** A message that registers a feed of KIS. */
export const subscribe = (approval: string, tr: string, key: string, more: Json = {}): Json => ({
  header: { approval_key: approval, custtype: 'P', tr_type: '1', 'content-type': 'utf-8', ...more },
  body: { input: { tr_id: tr, tr_key: key } },
});

export const unsubscribe = (approval: string, tr: string, key: string): Json =>
  subscribe(approval, tr, key, { tr_type: '2' });

/** The code of an answer of KIS. */
export const codeOf = (answer: Json): unknown => (answer.body as Json).msg_cd;

/** Registers a feed of KIS; fails when the broker refuses it. */
export const subscribed = async (client: Client, approval: string, tr: string, key: string): Promise<Json> => {
  const ack = await client.ask(subscribe(approval, tr, key));
  expect(codeOf(ack)).toBe('OPSP0000');
  return ack;
};

export interface Frame {
  readonly tr: string;
  readonly records: readonly (readonly string[])[];
}

/** A plain frame of KIS, cut by its own count: width = fields ÷ count. */
export const readFrame = (text: string): Frame => {
  const [flag, tr = '', count = '', ...payload] = text.split('|');
  expect(flag).toBe('0');
  const fields = payload.join('|').split('^');
  const width = fields.length / Number(count);
  expect(Number.isInteger(width)).toBe(true);
  return {
    tr,
    records: Array.from({ length: Number(count) }, (_none, index) => fields.slice(index * width, (index + 1) * width)),
  };
};

/** Token of Kiwoom. */
export const kiwoomToken = async (sim: BrokerSim, body: Json = kiwoomBody): Promise<string> =>
  json(await requestKiwoomToken(sim, body)).token as string;

/** A socket of Kiwoom that is logged in. */
export const logIn = async (sim: BrokerSim, token?: string): Promise<Client> => {
  const given = token ?? (await kiwoomToken(sim));
  const client = await connect(sim, 'kiwoom');
  expect(await client.ask({ trnm: 'LOGIN', token: given })).toMatchObject({ trnm: 'LOGIN', return_code: 0 });
  return client;
};

export const reg = (item: readonly string[], type: readonly string[], more: Json = {}): Json => ({
  trnm: 'REG',
  grp_no: '1',
  refresh: '1',
  data: [{ item, type }],
  ...more,
});

export const remove = (item: readonly string[], type: readonly string[], group = '1'): Json => ({
  trnm: 'REMOVE',
  grp_no: group,
  data: [{ item, type }],
});

export interface RealEntry {
  readonly type: string;
  readonly name: string;
  readonly item: string;
  readonly values: Row;
}

/** Entries of a REAL frame. */
export const realOf = (text: string): RealEntry[] => {
  const frame = JSON.parse(text) as { trnm: string; data: RealEntry[] };
  expect(frame.trnm).toBe('REAL');
  return frame.data;
};

export interface LiveStage {
  readonly sim: BrokerSim;
  readonly clock: ReturnType<typeof stoppedClock>;
  /** Moves the clock on by ms. */
  pass(ms: number): void;
}

/** Each test opens one with a clock that stands at START; sockets and simulator are closed after it. */
export const livePerTest = (): ((options?: BrokerSimOptions) => Promise<LiveStage>) => {
  const opened: BrokerSim[] = [];
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate();
    await Promise.all(opened.splice(0).map((sim) => sim.close()));
  });
  return async (options = {}) => {
    const clock = stoppedClock(START);
    const sim = await startBrokerSim({
      now: clock.now,
      ...options,
      // A poll that is due at once, and no bans unless a test is about them.
      live: { pollMs: 1, banControls: 1_000, banConnects: 1_000, ...options.live },
    });
    opened.push(sim);
    return { sim, clock, pass: (ms) => clock.set(clock.now() + ms) };
  };
};

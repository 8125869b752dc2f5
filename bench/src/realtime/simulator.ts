import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocketServer, type WebSocket } from 'ws';

import { givenOrder, onMessage, tell, untilReleased } from '../harness/child.js';

/** What the feed sends: `perSecond` records, so many to a frame, each with the moment of its frame behind the known fields. */
export interface FeedOrder {
  readonly symbols: readonly string[];
  readonly perSecond: number;
  readonly perFrame: number;
}

const { symbols, perSecond, perFrame } = givenOrder() as FeedOrder; // its starter is ours
const turnMs = 5;
const knownFields = 47;

const volumes = new Map(symbols.map((symbol) => [symbol, 0]));

/** A record of H0STCNT0; what nobody reads is short. */
const record = (symbol: string, volume: number, sentAt: string): string => {
  const fields = Array.from({ length: knownFields }, () => '0');
  fields[0] = symbol;
  fields[1] = '100000';
  fields[2] = '71000';
  fields[10] = '71100';
  fields[11] = '71000';
  fields[12] = '1';
  fields[13] = String(volume);
  fields[14] = '123456789';
  fields[21] = '1';
  fields[33] = '20261106';
  return [...fields, sentAt].join('^');
};

/** The fields before and behind the volume do not change. */
const halves = new Map(
  symbols.map((symbol) => {
    const [before = '', behind = ''] = record(symbol, 987_654_321, 'TIME').split('987654321');
    return [symbol, { before, behind: behind.slice(0, -'TIME'.length) }];
  }),
);

let turn = 0;
const frame = (): string => {
  const symbol = symbols[turn % symbols.length] ?? '';
  turn += 1;
  const { before, behind } = halves.get(symbol) ?? { before: '', behind: '' };
  const sentAt = (performance.timeOrigin + performance.now()).toFixed(2);
  const records: string[] = [];
  let volume = volumes.get(symbol) ?? 0;
  for (let index = 0; index < perFrame; index += 1) {
    volume += 1;
    records.push(`${before}${String(volume)}${behind}${sentAt}`);
  }
  volumes.set(symbol, volume);
  return `0|H0STCNT0|${String(perFrame).padStart(3, '0')}|${records.join('^')}`;
};

const http = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ approval_key: 'bench' }));
});
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const sockets = new Set<WebSocket>();
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', (data: Buffer) => {
    const { body } = JSON.parse(data.toString()) as { body?: { input: { tr_id: string; tr_key: string } } };
    if (body === undefined) return;
    const { tr_id, tr_key } = body.input;
    const header = { tr_id, tr_key, encrypt: 'N' };
    socket.send(JSON.stringify({ header, body: { rt_cd: '0', msg_cd: 'OPSP0000', msg1: 'SUBSCRIBE SUCCESS' } }));
  });
});

let sent = 0;
onMessage('run', (message) => {
  const { forMs } = message as { readonly forMs: number };
  const began = performance.now();
  const timer = setInterval(() => {
    const passed = Math.min(forMs, performance.now() - began);
    for (const due = (passed * perSecond) / 1_000; sent + perFrame <= due; sent += perFrame) {
      const text = frame();
      for (const socket of sockets) socket.send(text);
    }
    if (passed < forMs) return;
    clearInterval(timer);
    tell(Object.assign({ kind: 'sent' }, { records: sent }));
  }, turnMs);
});

http.listen(0, '127.0.0.1');
await once(http, 'listening');
tell(Object.assign({ kind: 'open' }, { url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}` }));
await untilReleased();
for (const socket of sockets) socket.terminate();
http.close();
http.closeAllConnections();

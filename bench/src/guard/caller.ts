import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { Agent, request } from 'undici';

import { onMessage, tell, untilReleased } from '../harness/child.js';
import type { Block, Cost, Kind, Ready } from './kind.js';

const server = createServer((_request, response) => response.end('{"rt_cd":"0"}'));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// Listening on a port, its address is an object.
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;

const kept = new Agent();
const ways: Readonly<Record<Kind, () => Promise<string>>> = {
  kept: async () => (await request(url, { dispatcher: kept })).body.text(),
  fresh: async () => (await request(url, { dispatcher: kept, reset: true })).body.text(),
  fetch: async () => (await fetch(url)).text(),
};

const cost = async (way: () => Promise<string>, count: number): Promise<number> => {
  const before = process.cpuUsage();
  for (let nth = 0; nth < count; nth += 1) await way();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / count;
};

const say = (message: Ready | Cost): void => {
  tell(message);
};

const play = async ({ way, requests }: Block): Promise<void> => {
  say({ kind: 'cost', ms: await cost(ways[way], requests) });
};

onMessage('block', (message) => void play(message as Block)); // its starter is ours
say({ kind: 'ready' });
await untilReleased();
process.exit();
